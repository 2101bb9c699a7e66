package dev.sallyport.cli.harness;

import dev.sallyport.identity.Credential;
import dev.sallyport.identity.IdentityDirectory;
import dev.sallyport.identity.WorkloadIdentity;
import dev.sallyport.identity.ca.FleetCa;
import dev.sallyport.identity.ca.FleetPlan;
import dev.sallyport.identity.ca.LogKey;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.dsse.Ed25519;
import dev.sallyport.statements.dsse.Envelope;
import dev.sallyport.statements.predicate.Decision;
import dev.sallyport.statements.record.SignedStatement;
import dev.sallyport.statements.sample.SampleCall;
import dev.sallyport.statements.sample.SampleSigners;
import dev.sallyport.statements.sample.SampleTerms;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.trust.TrustRoots;
import dev.sallyport.tlog.NoteSigner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A fleet's real authorities and keys in a folder. It signs whatever it is told, like somebody who holds all keys. */
public final class SampleFleet implements SampleSigners {
    /** The id of every call of {@link #call}. */
    public static final String CALL = "01JD0000000000000000000001";

    private final FleetCa ca;
    private final Map<String, WorkloadIdentity> loaded = new HashMap<>();

    /** Founds a fleet in the folder. */
    public SampleFleet(Path home) {
        ca = FleetCa.init(
                home, FleetPlan.oneMachine().and(FleetPlan.Workload.node("default", "node-2")), Clock.systemUTC());
    }

    /** What everybody pins. */
    public TrustRoots trust() {
        return ca.trust();
    }

    /** Its trust.json. */
    public Path trustFile() {
        return ca.layout().trust();
    }

    @Override
    public String fleetId() {
        return trust().fleetId();
    }

    @Override
    public SpiffeId id(String identity) {
        return load(identity).id();
    }

    /** An identity directory by its folder's name. */
    public Path identity(String name) {
        return ca.layout().identities().resolve(name);
    }

    /** A loaded identity. */
    public WorkloadIdentity load(String identity) {
        return loaded.computeIfAbsent(
                identity,
                name -> IdentityDirectory.load(ca.layout().identities().resolve(name), Instant.now()));
    }

    /** The log's signer under its true name. */
    public NoteSigner log() {
        return log(LogKey.origin(trust().trustDomain()));
    }

    /** The log's key under another name. */
    public NoteSigner log(String origin) {
        try {
            return NoteSigner.ofPem(origin, Files.readString(ca.layout().logKey()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The usual call of this fleet, with this decision. */
    public SampleCall call(Decision.Outcome decision) {
        return call(decision, terms -> {});
    }

    /** A call that differs from the usual one. */
    public SampleCall call(Decision.Outcome decision, Consumer<SampleTerms> difference) {
        return new SampleCall(this, terms -> {
            terms.id = CALL;
            terms.decision = decision;
            difference.accept(terms);
        });
    }

    @Override
    public SignedStatement sign(String identity, byte[] payload) {
        Credential signing = load(identity).signing().orElseThrow();
        try {
            List<String> chain = new ArrayList<>();
            for (X509Certificate certificate : signing.chain()) {
                chain.add(Base64.getEncoder().encodeToString(certificate.getEncoded()));
            }
            byte[] signature = Ed25519.sign(signing.key(), Envelope.preAuthenticationEncoding(payload));
            Digest keyId = Digest.of(signing.leaf().getPublicKey().getEncoded());
            return new SignedStatement(new Envelope(payload, keyId, signature), chain);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The serial number of the named identity's signing certificate, as {@code key-bound} names it. */
    public String signingSerial(String identity) {
        return load(identity).signing().orElseThrow().leaf().getSerialNumber().toString(16);
    }
}
