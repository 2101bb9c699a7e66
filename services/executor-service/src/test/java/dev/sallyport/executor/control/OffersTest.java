package dev.sallyport.executor.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sallyport.executor.TestFolder;
import dev.sallyport.executor.claim.ClaimRequest;
import dev.sallyport.executor.claim.NodeOffer;
import dev.sallyport.executor.claim.RuntimeOffer;
import dev.sallyport.executor.fleet.Offers;
import dev.sallyport.executor.fleet.ProposedCall;
import dev.sallyport.executor.fleet.RunningExecutor;
import dev.sallyport.statements.predicate.Decision;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.vocabulary.RequiredRuntime;
import dev.sallyport.statements.vocabulary.RuntimeKind;
import dev.sallyport.statements.vocabulary.Tier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.web.client.HttpClientErrorException;

/** What control says that nodes offer is what a claim goes by. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OffersTest {
    private static final Duration SOON = Duration.ofMinutes(3);
    private static final String OFFERS = "/internal/v1/offers";

    private ControlBench bench;

    @BeforeAll
    void start() {
        bench = new ControlBench(Map.of());
    }

    @AfterAll
    void stop() {
        bench.close();
    }

    @BeforeEach
    void clear() {
        bench.clear();
        bench.jdbc().sql("delete from node").update();
        bench.jdbc()
                .sql("update execution set lease_until = now() - interval '1 second' where phase = 'running'")
                .update();
    }

    @Test
    void aPoolOffersWhatAnyOfItsPresentNodesHasProven() {
        assertThat(offers()).isEqualTo("{\"offers\":[]}");

        seen(bench.node, List.of(Tier.B));
        seen(bench.otherNode, List.of(Tier.C, Tier.B));
        seen(SpiffeId.executor(bench.node.trustDomain(), "bare", "node-1"), List.of());

        assertThat(offers())
                .isEqualTo(
                        "{\"offers\":[{\"pool\":\"bare\",\"tiers\":[],\"executables\":[],\"secrets\":[],\"egress\":[],\"interpreters\":[]},"
                                + "{\"pool\":\"default\",\"tiers\":[\"B\",\"C\"],\"executables\":[],\"secrets\":[],\"egress\":[],\"interpreters\":[]}]}");
        assertThat(bench.control.bean(NodeRegistry.class).all())
                .extracting(NodeRegistry.Node::tiers)
                .containsExactly(List.of(), List.of("B"), List.of("B", "C"));
    }

    @Test
    void aNodeThatHasGoneOffersNothingAndABusyOneStillDoes() throws Exception {
        seen(bench.node, List.of(Tier.B));
        seen(bench.otherNode, List.of(Tier.C));
        bench.permitted();
        assertThat(bench.claim(bench.otherNode, Offers.proven(List.of(Tier.C)))).isPresent();

        bench.jdbc()
                .sql("update node set last_seen = now() - interval '61 seconds'")
                .update();
        assertThat(offers())
                .as("one renews the lease of a call and has no room to ask for more")
                .isEqualTo(
                        "{\"offers\":[{\"pool\":\"default\",\"tiers\":[\"C\"],\"executables\":[],\"secrets\":[],\"egress\":[],\"interpreters\":[]}]}");

        bench.jdbc()
                .sql("update execution set lease_until = now() - interval '1 second' where phase = 'running'")
                .update();
        assertThat(offers()).isEqualTo("{\"offers\":[]}");

        seen(bench.node, List.of(Tier.B));
        assertThat(offers())
                .isEqualTo(
                        "{\"offers\":[{\"pool\":\"default\",\"tiers\":[\"B\"],\"executables\":[],\"secrets\":[],\"egress\":[],\"interpreters\":[]}]}");
    }

    @Test
    void aProgramIsAnInterpreterWhereEveryNodeThatHasItSaysSo() {
        seen(bench.node, programs(List.of("cat", "python3", "tool"), List.of("python3", "tool")));
        assertThat(offers()).contains("\"interpreters\":[\"python3\",\"tool\"]");

        seen(bench.otherNode, programs(List.of("tool"), List.of()));
        assertThat(offers())
                .contains("\"interpreters\":[\"python3\"]", "\"executables\":[\"cat\",\"python3\",\"tool\"]");
    }

    private static NodeOffer programs(List<String> all, List<String> interpreters) {
        return new NodeOffer(
                List.of(new RuntimeOffer(RuntimeKind.PROCESS, List.of(Tier.C), all, List.of(), interpreters, false)));
    }

    @Test
    void onlyPolicyServiceIsTold() {
        for (String other : List.of("approval-service", "vault-service", "node-default-node-1")) {
            assertThatThrownBy(() -> bench.control.get(other, OFFERS))
                    .as(other)
                    .isInstanceOf(HttpClientErrorException.Forbidden.class);
        }
        assertThat(offers()).as("control").startsWith("{");
    }

    @Test
    void aCallWaitsForItsTierWhateverElseIsOffered() throws Exception {
        ProposedCall call = new ProposedCall("echo", "{\"text\":\"x\"}");
        bench.permit(call.permitted(terms -> terms.tier = Tier.C));
        for (List<Tier> lesser : List.of(List.<Tier>of(), List.of(Tier.B))) {
            seen(bench.node, lesser);
            assertThat(bench.claim(bench.node, Offers.proven(lesser))).isEmpty();
        }
        assertThat(bench.control.phase(call.id)).contains("permitted");

        seen(bench.node, List.of(Tier.C));
        assertThat(bench.claim(bench.node, Offers.proven(List.of(Tier.C))))
                .as("control")
                .isPresent();
    }

    @Test
    void aNodeIsGivenOnlyTheKindsOfCodeThatItOffers() throws Exception {
        NodeOffer modules = offer(RuntimeKind.WASM, Tier.A);
        ProposedCall builtIn = bench.permitted();
        assertThat(bench.claim(bench.node, modules))
                .as("tier A is stronger than any other, of modules only")
                .isEmpty();
        assertThat(bench.claim(bench.node, offer(RuntimeKind.PROCESS, Tier.C))).isEmpty();
        assertThat(bench.claim(bench.node, offer(RuntimeKind.BUILTIN, Tier.C))).isPresent();
        assertThat(bench.control.phase(builtIn.id)).contains("running");

        bench.permit(program("cat").permitted(terms -> terms.runtime = RequiredRuntime.process("cat")));
        assertThat(bench.claim(bench.node, modules)).isEmpty();
        assertThat(bench.claim(bench.node, offer(RuntimeKind.BUILTIN, Tier.C))).isEmpty();
        assertThat(bench.claim(bench.node, offer(RuntimeKind.PROCESS, Tier.C))).isPresent();
    }

    @Test
    void aProgramIsRunByANodeThatHasItAndRefusedByAnyWhereNoneDoes() throws Exception {
        NodeOffer without = Offers.proven(List.of(Tier.C), "ls");
        NodeOffer with = Offers.proven(List.of(Tier.C), "cat", "ls");
        seen(bench.node, without);
        seen(bench.otherNode, with);
        assertThat(offers()).contains("\"executables\":[\"cat\",\"ls\"]");
        ProposedCall first = program("cat");
        bench.permit(first.permitted(terms -> terms.runtime = RequiredRuntime.process("cat")));

        assertThat(bench.claim(bench.node, without)).isEmpty();
        assertThat(bench.claim(bench.otherNode, with)).isPresent();

        ProposedCall nowhere = program("cp");
        bench.permit(nowhere.permitted(terms -> terms.runtime = RequiredRuntime.process("cp")));
        assertThat(bench.claim(bench.node, without))
                .as("who takes it refuses it with the reason, at once")
                .isPresent();
    }

    @Test
    void aSessionKeepsToItsNodeThoughAnotherHasTheProgram() throws Exception {
        NodeOffer without = Offers.proven(List.of(Tier.C), "ls");
        NodeOffer with = Offers.proven(List.of(Tier.C), "cat");
        ProposedCall first = bench.permittedFile(null);
        assertThat(bench.claim(bench.node, without)).isPresent();
        seen(bench.node, without);
        seen(bench.otherNode, with);
        ProposedCall second = new ProposedCall(
                "process.run", "{\"executable\":\"cat\"}", Decision.Outcome.ALLOW, first.proposal.session());
        bench.permit(second.permitted(terms -> terms.runtime = RequiredRuntime.process("cat")));

        assertThat(bench.claim(bench.otherNode, with)).isEmpty();
        assertThat(bench.claim(bench.node, without)).isPresent();
    }

    @Test
    void aNodeWithoutBubblewrapOffersWhatItHasProvenAndRunsWhatWaitsOnceItHasMore() throws Exception {
        Path bwrap = TestFolder.named("late-bwrap").resolve("bwrap");
        ProposedCall call = new ProposedCall("echo", "{\"text\":\"late\"}");
        try (RunningExecutor _ = RunningExecutor.node(
                bench.control, TestFolder.named("bare-node"), Map.of("sallyport.node.bwrap", bwrap.toString()))) {
            await().atMost(SOON)
                    .untilAsserted(
                            () -> assertThat(offers())
                                    .startsWith(
                                            "{\"offers\":[{\"pool\":\"default\",\"tiers\":[\"A\",\"B\"],\"executables\":[\"cat\","));
            bench.permit(call.permitted(terms -> {
                terms.tier = Tier.C;
                terms.notAfter = terms.notAfter.plusSeconds(600);
            }));
            assertThat(bench.control.phase(call.id)).contains("permitted");

            Files.createSymbolicLink(bwrap, Path.of("/usr/bin/bwrap"));

            await().atMost(SOON).until(() -> bench.control.phase(call.id).equals(Optional.of("finished")));
            assertThat(offers())
                    .startsWith(
                            "{\"offers\":[{\"pool\":\"default\",\"tiers\":[\"A\",\"B\",\"C\"],\"executables\":[\"cat\",");
        }
    }

    private void seen(SpiffeId node, List<Tier> tiers) {
        seen(node, Offers.proven(tiers));
    }

    private void seen(SpiffeId node, NodeOffer offer) {
        bench.control.bean(NodeRegistry.class).seen(node, new ClaimRequest(offer, 1, 1, 0, null, null, Map.of()));
    }

    private static NodeOffer offer(RuntimeKind kind, Tier tier) {
        return new NodeOffer(List.of(new RuntimeOffer(kind, List.of(tier), List.of(), List.of())));
    }

    private static ProposedCall program(String name) {
        return new ProposedCall("process.run", "{\"executable\":\"" + name + "\"}");
    }

    private String offers() {
        return bench.control.get("policy-service", OFFERS);
    }
}
