package dev.sallyport.testkit.signing;

import dev.sallyport.identity.Credential;
import dev.sallyport.identity.IdentityDirectory;
import dev.sallyport.identity.WorkloadIdentity;
import dev.sallyport.statements.StatementJson;
import dev.sallyport.statements.predicate.Issuance;
import dev.sallyport.statements.record.SignedStatement;
import dev.sallyport.statements.sample.SampleCall;
import dev.sallyport.statements.sample.SampleSigners;
import dev.sallyport.statements.sample.SampleTerms;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.verify.StatementSigner;
import dev.sallyport.testkit.Forger;
import dev.sallyport.testkit.TestFleet;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** The keys of the test fleet, each read once. */
public final class FleetSigners implements SampleSigners {
    private static final FleetSigners SHARED = new FleetSigners();

    private final Map<String, WorkloadIdentity> identities = new ConcurrentHashMap<>();

    private FleetSigners() {}

    /** The keys of {@link TestFleet#shared()}. */
    public static FleetSigners shared() {
        return SHARED;
    }

    /** The usual sample call of the test fleet. */
    public static SampleCall call() {
        return call(terms -> {});
    }

    /** A sample call of the test fleet. */
    public static SampleCall call(Consumer<SampleTerms> difference) {
        return new SampleCall(SHARED, difference);
    }

    /** What an identity states now in a workspace is issued so. */
    public static Issuance issuedNow(String identity, String workspaceId) {
        return new Issuance(
                SHARED.fleetId(), workspaceId, SHARED.id(identity), StatementJson.toMillis(Instant.now()), null);
    }

    /** The signer of an identity, which signs only what is right. */
    public static StatementSigner signer(String identity) {
        Credential signing = SHARED.signing(identity);
        return new StatementSigner(signing.key(), signing.chain());
    }

    @Override
    public String fleetId() {
        return TestFleet.shared().trust().fleetId();
    }

    @Override
    public SpiffeId id(String identity) {
        return load(identity).id();
    }

    @Override
    public SignedStatement sign(String identity, byte[] payload) {
        return Forger.with(signing(identity)).sign(payload);
    }

    private Credential signing(String identity) {
        return load(identity).signing().orElseThrow();
    }

    private WorkloadIdentity load(String identity) {
        return identities.computeIfAbsent(
                identity, name -> IdentityDirectory.load(TestFleet.shared().identity(name), Instant.now()));
    }
}
