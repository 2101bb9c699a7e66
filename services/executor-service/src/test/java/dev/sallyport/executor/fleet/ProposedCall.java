package dev.sallyport.executor.fleet;

import dev.sallyport.identity.IdentityDirectory;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.StatementJson;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.predicate.Decision;
import dev.sallyport.statements.predicate.Egress;
import dev.sallyport.statements.predicate.EgressEnforcementMode;
import dev.sallyport.statements.predicate.ExecutionPermit;
import dev.sallyport.statements.predicate.Issuance;
import dev.sallyport.statements.predicate.Limits;
import dev.sallyport.statements.predicate.Link;
import dev.sallyport.statements.predicate.Proposal;
import dev.sallyport.statements.predicate.RequiredRuntime;
import dev.sallyport.statements.predicate.SecretGrant;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.predicate.Tier;
import dev.sallyport.statements.predicate.ToolProposed;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.record.SignedStatement;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.verify.StatementSigner;
import dev.sallyport.testkit.TestFleet;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/** A call that policy-service has proposed and allowed, with its real signature, and permits for it. */
public final class ProposedCall {

    public static final String WORKSPACE = "01JD0000000000000000000000";

    private static final AtomicInteger NEXT = new AtomicInteger();
    private static final Digest SOME = Digest.of(new byte[] {1});
    private static final Limits LIMITS = new Limits(90_000, 20_000, 256L << 20, 1 << 20, 32, 128, 16L << 20, 64L << 20);

    public final String id = String.format("01JD%022d", NEXT.incrementAndGet());
    public final Detail args;
    public final Proposal proposal;
    public final SignedStatement proposed;
    private final StatementSigner policy = signer("policy-service");

    public ProposedCall(String tool, String canonicalArguments) {
        this(tool, canonicalArguments, Decision.Outcome.ALLOW);
    }

    public ProposedCall(String tool, String canonicalArguments, Decision.Outcome outcome) {
        this(tool, canonicalArguments, outcome, "session-" + UUID.randomUUID());
    }

    /** One of the calls of a session. */
    public ProposedCall(String tool, String canonicalArguments, Decision.Outcome outcome, String session) {
        args = Detail.of(canonicalArguments.getBytes(StandardCharsets.UTF_8));
        proposal = new Proposal(
                1,
                TestFleet.shared().trust().fleetId(),
                WORKSPACE,
                id,
                "agent:demo",
                List.of("person:owner"),
                null,
                "api",
                session,
                "run-1",
                tool,
                "1",
                SOME,
                null,
                args.digest(),
                List.of(),
                List.of(),
                StatementJson.toMillis(Instant.now()));
        proposed = policy.sign(Statement.of(
                proposal.subject(),
                new ToolProposed(
                        issuance(policy),
                        List.of(),
                        proposal,
                        args.ref(),
                        List.of(),
                        false,
                        new Decision(outcome, "ALLOWED", List.of(), SOME, SOME, null))));
    }

    /** What a permit may say differently. */
    public static final class Terms {
        public String pool = "default";
        public Tier tier = Tier.B;
        public int cut = 1;
        public Instant notAfter = StatementJson.toMillis(Instant.now()).plusSeconds(30);
        public Digest argsDigest;
        public String tool;
        public RequiredRuntime runtime;
        public List<SecretGrant> secrets = List.of();
        public List<String> hosts = List.of();

        private Terms(ProposedCall call) {
            argsDigest = call.args.digest();
            tool = call.proposal.tool();
            runtime = tool.equals("process.run") ? RequiredRuntime.process(null) : RequiredRuntime.BUILTIN;
        }
    }

    /** A permit's predicate with changed terms. */
    public ExecutionPermit permit(java.util.function.Consumer<Terms> change) {
        Terms terms = new Terms(this);
        change.accept(terms);
        return new ExecutionPermit(
                issuance(policy),
                List.of(Link.to(StatementType.TOOL_PROPOSED, proposed.digest())),
                terms.argsDigest,
                terms.tool,
                "1",
                SOME,
                terms.runtime,
                terms.tier,
                new Egress(EgressEnforcementMode.STRICT, terms.hosts),
                LIMITS,
                terms.secrets,
                terms.pool,
                SOME,
                List.of(),
                terms.cut,
                terms.notAfter,
                terms.notAfter.plusSeconds(600));
    }

    /** The usual permit as a record. */
    public StatementRecord permitted() {
        return permitted(terms -> {});
    }

    /** A permit with changed terms as a record, signed by policy-service. */
    public StatementRecord permitted(java.util.function.Consumer<Terms> change) {
        return record(policy.sign(Statement.of(proposal.subject(), permit(change))), args);
    }

    /** A record around a signed permit, with these details. */
    public StatementRecord record(SignedStatement permit, Detail... details) {
        return new StatementRecord(permit, List.of(proposed), List.of(details));
    }

    /** An issuance by this signer now. */
    public static Issuance issuance(StatementSigner signer) {
        return new Issuance(
                TestFleet.shared().trust().fleetId(),
                WORKSPACE,
                signer.id(),
                StatementJson.toMillis(Instant.now()),
                null);
    }

    /** Signs as that identity of the test fleet. */
    public static StatementSigner signer(String identity) {
        var signing = IdentityDirectory.load(TestFleet.shared().identity(identity), Instant.now())
                .signing()
                .orElseThrow();
        return new StatementSigner(signing.key(), signing.chain());
    }
}
