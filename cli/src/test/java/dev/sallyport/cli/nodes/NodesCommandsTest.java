package dev.sallyport.cli.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.cli.harness.CommandRun.Result;
import dev.sallyport.cli.harness.CommandsOverHttp;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nodes are shown, and one that does not come back is given up. */
class NodesCommandsTest extends CommandsOverHttp {
    @BeforeEach
    void threeNodes() {
        service.on("GET /v1/nodes", 200, """
                {"items":[{"pool":"default","name":"node-1","tiers":["B","C"],"present":true,"draining":false},
                  {"pool":"default","name":"node-2","tiers":[],"present":false,"draining":true},
                  {"pool":"gpu","name":"node-1","tiers":["C"],"present":true,"draining":true}]}""");
    }

    @Test
    void nodesAreListedWithTheirStates() {
        assertThat(run("nodes", "list").out())
                .containsPattern("default +node-1 +present +B, C")
                .containsPattern("default +node-2 +gone")
                .containsPattern("gpu +node-1 +draining");
    }

    @Test
    void aNodeIsShownIfItsNameSaysWhichOne() {
        assertThat(run("nodes", "show", "gpu/node-1").out()).contains("gpu");
        Result two = run("nodes", "show", "node-1");
        assertThat(two.exit()).isEqualTo(2);
        assertThat(two.err()).contains("POOL/node-1");
        Result none = run("nodes", "show", "node-9");
        assertThat(none.exit()).isEqualTo(5);
        assertThat(none.err()).contains("sallyport nodes list");
    }

    @Test
    void onlyANodeThatIsGoneIsEvictedUnlessOneThatIsThereIsMeant() {
        service.on("POST /v1/nodes/default/node-2:evict", 200, "{\"sessions\":2}");
        service.on("POST /v1/nodes/gpu/node-1:evict", 200, "{\"sessions\":1}");
        Result gone = run("nodes", "evict", "node-2");
        assertThat(gone.exit()).as(gone.err()).isZero();
        assertThat(gone.out()).contains("sessions", "2");
        Result there = run("nodes", "evict", "gpu/node-1");
        assertThat(there.exit()).isEqualTo(2);
        assertThat(there.err()).contains("--present");
        assertThat(service.asked()).extracting(asked -> asked.method()).containsOnlyOnce("POST");
        assertThat(run("nodes", "evict", "gpu/node-1", "--present").exit()).isZero();
    }

    @Test
    void aNodeIsDrainedAndTakesCallsAgain() {
        service.on("POST /v1/nodes/gpu/node-1:drain", 200, "{\"name\":\"node-1\",\"draining\":true}");
        service.on("POST /v1/nodes/default/node-2:undrain", 200, "{\"name\":\"node-2\",\"draining\":false}");
        Result drained = run("nodes", "drain", "gpu/node-1");
        assertThat(drained.exit()).as(drained.err()).isZero();
        assertThat(drained.out()).contains("draining");
        assertThat(run("nodes", "undrain", "node-2").exit()).isZero();
        assertThat(run("nodes", "drain", "node-1").exit()).as("which one?").isEqualTo(2);
    }

    @Test
    void aNodeIsToldToTryItsSandboxesAndTellsWhatCameOfIt() {
        service.on("POST /v1/nodes/gpu/node-1:attack", 200, "{\"id\":\"0f\",\"items\":[]}");
        assertThat(run("nodes", "attack", "gpu/node-1").out()).contains("0f");

        service.on("GET /v1/nodes/gpu/node-1/attack", 200, "{\"id\":\"0f\",\"items\":[]}")
                .on("GET /v1/nodes/gpu/node-1/attack", 200, result(true))
                .on("GET /v1/nodes/gpu/node-1/attack", 200, result(false));
        Result waiting = run("nodes", "attack", "gpu/node-1", "--results");
        assertThat(waiting.exit()).isZero();
        assertThat(waiting.out() + waiting.err()).contains("not reported yet");

        assertThat(run("nodes", "attack", "gpu/node-1", "--results").exit()).isZero();
        Result broken = run("nodes", "attack", "gpu/node-1", "--results");
        assertThat(broken.exit()).isEqualTo(1);
        assertThat(broken.out()).contains("processes are bounded", "works");
    }

    private static String result(boolean holds) {
        return """
                {"items":[{"case":"processes are bounded","tier":"C","expected":"stopped","observed":"%s",
                  "control":true,"holds":%s}]}""".formatted(holds ? "stopped" : "works", holds);
    }
}
