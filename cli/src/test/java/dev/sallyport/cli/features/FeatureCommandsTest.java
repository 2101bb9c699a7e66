package dev.sallyport.cli.features;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.cli.harness.CommandRun.Result;
import dev.sallyport.cli.harness.CommandsOverHttp;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Features are switched from what was read, and groups are set whole. */
class FeatureCommandsTest extends CommandsOverHttp {
    private static final String FEATURES = """
            {"version":7,"features":[
              {"name":"authzen","enabled":true,"needs":[],"description":"Answers."},
              {"name":"access-requests","enabled":false,"needs":["authzen"],"description":"Asks."}]}""";

    @BeforeEach
    void someAreOn() {
        service.on("GET /v1/features", 200, FEATURES);
    }

    @Test
    void whatIsSwitchedIsSentWholeWithTheVersionThatWasRead() {
        service.on("PUT /v1/features", 200, FEATURES);
        Result enabled = run("features", "enable", "access-requests");
        assertThat(enabled.exit()).as(enabled.err()).isZero();
        assertThat(service.asked().getLast().body())
                .isEqualTo("{\"version\":7,\"enabled\":[\"access-requests\",\"authzen\"]}");
        assertThat(run("features", "disable", "authzen").exit()).isZero();
        assertThat(service.asked().getLast().body()).isEqualTo("{\"version\":7,\"enabled\":[]}");
        int before = service.asked().size();
        assertThat(run("features", "enable", "authzen").err()).contains("It is so already");
        assertThat(service.asked()).as("only read").hasSize(before + 1);
        assertThat(run("features", "list").out()).contains("access-requests", "authzen", "Asks.");
    }

    @Test
    void whatWaitsForASecondPersonSaysWhatTheyDo() {
        service.on(
                "PUT /v1/features",
                202,
                "{\"change_id\":\"01J\",\"state\":\"pending\",\"opens\":[\"features\"],\"expires_at\":\"soon\"}");
        Result pending = run("features", "enable", "access-requests");
        assertThat(pending.exit()).isZero();
        assertThat(pending.err()).contains("not in force yet", "sallyport config confirm 01J");
    }

    @Test
    void aGroupIsSetWhole() {
        service.on("PUT /v1/groups/security", 200, "{\"name\":\"security\",\"members\":[\"person:alice\"]}");
        Result set = run("groups", "set", "security", "alice", "person:bob");
        assertThat(set.exit()).as(set.err()).isZero();
        assertThat(service.asked().getLast().body()).isEqualTo("{\"members\":[\"person:alice\",\"person:bob\"]}");
        assertThat(run("groups", "set", "security").exit()).isZero();
        assertThat(service.asked().getLast().body()).isEqualTo("{\"members\":[]}");
    }
}
