package dev.sallyport.executor.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.arguments.host.WebAddress;
import dev.sallyport.executor.claim.Claim;
import dev.sallyport.executor.egress.EgressRefusedException;
import dev.sallyport.executor.egress.EgressRefusedException.Reason;
import dev.sallyport.executor.egress.EgressTerms;
import dev.sallyport.executor.egress.HostAccess;
import dev.sallyport.executor.egress.TestServer;
import dev.sallyport.executor.egress.TestWire;
import dev.sallyport.executor.egress.WebFetch;
import dev.sallyport.executor.permit.PinnedApprovers;
import dev.sallyport.executor.sandbox.CapturedStream;
import dev.sallyport.executor.sandbox.call.EnforcementFacts;
import dev.sallyport.executor.secret.CallSecrets;
import dev.sallyport.executor.tool.ToolResult;
import dev.sallyport.servicekit.identity.IdentityInForce;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.predicate.Decision;
import dev.sallyport.statements.predicate.ToolExecuted;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.sample.SampleCall;
import dev.sallyport.statements.sample.SampleStep;
import dev.sallyport.statements.verify.Revocations;
import dev.sallyport.statements.verify.StatementVerifier;
import dev.sallyport.statements.vocabulary.CallOutcome;
import dev.sallyport.statements.vocabulary.RuntimeKind;
import dev.sallyport.statements.vocabulary.Tier;
import dev.sallyport.testkit.TestFleet;
import dev.sallyport.testkit.signing.FleetSigners;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResultStatementTest {
    @Test
    void longOutputsShareTheRoomAndTheExplanationIsWhole() {
        ToolResult.Output explanation = ToolResult.explanation("OUTPUT_EXCEEDED", "More than 1048576 bytes of output.");
        ToolResult.Output stdout = ToolResult.Output.of("stdout", stream('o'));
        ToolResult.Output stderr = ToolResult.Output.of("stderr", stream('e'));

        List<ToolResult.Output> fitting = ResultStatement.fitting(List.of(explanation, stdout, stderr));

        assertThat(fitting).extracting(ToolResult.Output::name).containsExactly("value", "stdout", "stderr");
        assertThat(fitting.getFirst()).isSameAs(explanation);
        for (ToolResult.Output each : fitting.subList(1, 3)) {
            assertThat(each.length()).isGreaterThan(100_000);
            assertThat(each.missing()).isEqualTo(983_040 - each.length());
            assertThat(each.tail()).endsWith((byte) 'z');
            assertThat(each.tail()).hasSizeGreaterThan(30_000);
        }
        assertThat(fitting.stream().mapToInt(ToolResult.Output::length).sum())
                .isLessThanOrEqualTo(StatementRecord.MAX_DETAIL_BYTES - 4 * 32);
    }

    @Test
    void whatASkillsHostAnsweredIsNeverCutForItsOwnOutput() {
        ToolResult.Output stdout = ToolResult.Output.of("stdout", stream('o'));
        ToolResult.Output stderr = ToolResult.Output.of("stderr", stream('e'));
        ToolResult.Output host = ToolResult.Output.whole("host", new byte[96 << 10]);

        List<ToolResult.Output> fitting = ResultStatement.fitting(List.of(stdout, stderr, host));

        assertThat(fitting.getLast()).isSameAs(host);
        assertThat(fitting.getFirst().length()).isGreaterThan(70_000);
        assertThat(fitting.stream().mapToInt(ToolResult.Output::length).sum())
                .isLessThanOrEqualTo(StatementRecord.MAX_DETAIL_BYTES - 4 * 32);
    }

    @Test
    void wholeOutputThatIsCutSaysWhereAndHasTheDigestOfAll() {
        byte[] bytes = new byte[1000];
        Arrays.fill(bytes, (byte) 'x');
        bytes[999] = 'z';

        ToolResult.Output cut = ToolResult.Output.whole("stdout", bytes).within(100);

        assertThat(cut.head()).hasSize(75);
        assertThat(cut.tail()).hasSize(25).endsWith((byte) 'z');
        assertThat(cut.missing()).isEqualTo(900);
        assertThat(cut.totalSha256()).isEqualTo(Digest.of(bytes).hex());
        assertThat(ToolResult.Output.whole("stdout", bytes).within(1000).missing())
                .as("control")
                .isZero();
    }

    @Test
    void aCallWithAllSecretsAndMoreHostsThanHaveRoomHasAStatement() throws Exception {
        String label = "x".repeat(60);
        List<String> hosts = new ArrayList<>();
        TestWire wire = new TestWire("example.com");
        try (TestServer server = new TestServer(null, _ -> TestServer.ok("x"))) {
            wire.leads(TestWire.PUBLIC, 80, server.port());
            for (int each = 0; each < 64; each++) {
                String host = "h" + each + "." + label + "." + label + "." + label + ".example";
                hosts.add(host + ":80");
                if (each % 2 == 0) {
                    wire.names(host, TestWire.PUBLIC);
                }
            }
            HostAccess access = HostAccess.of(hosts, EgressTerms.DEFAULT, wire, _ -> false);
            for (String host : hosts) {
                WebFetch.Wanted wanted = new WebFetch.Wanted(
                        "GET",
                        WebAddress.parse("http://" + host.replace(":80", "") + "/"),
                        List.of(),
                        new byte[0],
                        0,
                        10,
                        10);
                try {
                    new WebFetch(access, CallSecrets.NONE).fetch(wanted);
                } catch (EgressRefusedException e) {
                    assertThat(e.reason()).isEqualTo(Reason.NAME_NOT_RESOLVED);
                }
            }
            assertThat(server.connections()).isEqualTo(32);
            List<ToolExecuted.Fact> facts = new ArrayList<>();
            for (int each = 0; each < 24; each++) {
                facts.add(EnforcementFacts.enforced("of_a_sandbox_" + each, "o".repeat(250)));
            }
            for (int each = 0; each < 16; each++) {
                facts.add(EnforcementFacts.enforced("secret", "vault://w/" + "s".repeat(128) + each + "#1 by proxy"));
            }
            facts.addAll(access.facts());

            Statement stated = stated(facts);

            assertThat(((ToolExecuted) stated.predicate()).sandbox())
                    .isNotNull()
                    .satisfies(sandbox -> assertThat(sandbox.facts()).isEqualTo(facts));
            assertThat(facts.toString()).contains("host_reached", "hosts_untold");
        }
    }

    /** What others read of a result with these facts. */
    private static Statement stated(List<ToolExecuted.Fact> facts) throws Exception {
        SampleCall call = FleetSigners.call(terms -> terms.decided(Decision.Outcome.ALLOW, "ALLOWED"));
        IdentityInForce node = new IdentityInForce(TestFleet.shared().identity(SampleCall.NODE), Clock.systemUTC());
        ClaimedCall claimed = new ClaimVerifier(
                        new StatementVerifier(TestFleet.shared().trust(), Revocations.NONE),
                        node.spiffeId(),
                        PinnedApprovers.NONE,
                        Clock.systemUTC())
                .verify(new Claim(
                        base64(call.record(SampleStep.PERMIT)),
                        base64(call.record(SampleStep.STARTED)),
                        1,
                        30_000,
                        false));
        Instant now = Instant.now();
        ToolResult result = new ToolResult.Ended(
                CallOutcome.SUCCEEDED,
                ToolResult.OK,
                ToolResult.Exit.NONE,
                new ToolExecuted.Ran(RuntimeKind.BUILTIN, "echo", Digest.of(new byte[0])),
                new ToolExecuted.SandboxEnforcement(Tier.C, Tier.C, "bubblewrap", facts),
                new ToolExecuted.Resources(1, 1L, 1L, 1),
                List.of(ToolResult.Output.whole("stdout", new byte[1])),
                now,
                now);
        byte[] encoded =
                new ResultStatement(node, Clock.systemUTC()).of(claimed, result).encode();
        return Statement.parse(
                StatementRecord.parse(encoded).signed().envelope().payload());
    }

    private static String base64(StatementRecord record) {
        return Base64.getEncoder().encodeToString(record.encode());
    }

    private static CapturedStream stream(char of) {
        byte[] head = new byte[96 << 10];
        byte[] tail = new byte[32 << 10];
        Arrays.fill(head, (byte) of);
        Arrays.fill(tail, (byte) of);
        tail[tail.length - 1] = 'z';
        return new CapturedStream(head, tail, 983_040, Digest.of(new byte[] {1}).hex());
    }
}
