package dev.sallyport.cli.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.cli.harness.CommandRun.Result;
import dev.sallyport.cli.harness.CommandsOverHttp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A folder of policies in a pipeline: what is sent, and what the exit codes say. */
class PolicyCommandsTest extends CommandsOverHttp {
    private static final String DIGEST = "4f".repeat(32);
    private static final String FINE = "{\"valid\":true,\"findings\":[],\"tests\":{\"passed\":1,\"failed\":0,"
            + "\"outcomes\":[{\"passed\":true,\"file\":\"tests/a.json\",\"name\":\"x\"}]}}";

    private Path folder = Path.of("");

    @BeforeEach
    void policies() throws IOException {
        folder = home.resolve("team");
        Files.createDirectories(folder.resolve("hard/deep"));
        Files.createDirectories(folder.resolve("tests"));
        Files.writeString(folder.resolve("hard/deep/a.cedar"), "permit(principal,action,resource);");
        Files.writeString(folder.resolve("tests/a.json"), "{\"tests\":[]}");
        Files.writeString(folder.resolve("README.md"), "no policy");
        Files.writeString(folder.resolve("hard/.hidden"), "no policy");
        Files.writeString(home.resolve("outside"), "elsewhere");
        Files.createSymbolicLink(folder.resolve("hard/link.cedar"), home.resolve("outside"));
    }

    /** So many times, before the next answer to the same request. */
    private void answers(String request, int times, String json) {
        for (int i = 0; i < times; i++) {
            service.on(request, 200, json);
        }
    }

    @Test
    void onlyWhatIsOfTheSetIsSent() {
        service.on("POST /v1/policy-sets:validate", 200, FINE);
        Result result = run("policy", "validate", folder.toString());
        assertThat(result.exit()).as(result.err()).isZero();
        assertThat(result.out()).contains("Nothing is wrong");
        assertThat(service.asked().getLast().body())
                .isEqualTo("{\"files\":{\"hard/deep/a.cedar\":\"permit(principal,action,resource);\","
                        + "\"tests/a.json\":\"{\\\"tests\\\":[]}\"}}");
        Result empty = run("policy", "validate", home.resolve("elsewhere").toString());
        assertThat(empty.exit()).isEqualTo(2);
        assertThat(empty.err()).contains("there are no policies in");
    }

    @Test
    void findingsAndRedTestsEndWithOne() {
        answers(
                "POST /v1/policy-sets:validate",
                2,
                "{\"valid\":false,\"findings\":[{\"level\":\"error\",\"file\":\"hard/a.cedar\",\"line\":3,\"column\":29,"
                        + "\"message\":\"unexpected token\"}],\"tests\":{}}");
        answers(
                "POST /v1/policy-sets:validate",
                3,
                FINE.replace("\"findings\":[]", "\"findings\":[{\"level\":\"warning\"}]"));
        answers("POST /v1/policy-sets:validate", 1, FINE.replace("\"failed\":0", "\"failed\":1"));

        Result broken = run("policy", "validate", folder.toString());
        assertThat(broken.exit()).isEqualTo(1);
        assertThat(broken.out()).contains("hard/a.cedar:3:29", "unexpected token");
        assertThat(run("policy", "test", folder.toString()).exit()).isEqualTo(1);

        assertThat(run("policy", "validate", folder.toString()).exit()).isZero();
        assertThat(run("policy", "validate", folder.toString(), "--strict").exit())
                .isEqualTo(1);
        assertThat(run("policy", "test", folder.toString()).exit()).isZero();

        Result red = run("policy", "test", folder.toString());
        assertThat(red.exit()).isEqualTo(1);
        assertThat(red.err()).contains("1 did not");
    }

    @Test
    void flipsDifferencesAndUncoveredRulesEndWithOne() {
        answers("POST /v1/replay", 1, "{\"decisions\":3,\"flips\":[]}");
        answers(
                "POST /v1/replay",
                1,
                "{\"decisions\":3,\"flips\":[{\"before\":\"allow\",\"after\":\"deny\",\"count\":2}],\"next\":\"01J\"}");
        assertThat(run("policy", "replay", DIGEST).exit()).isZero();
        Result flipped = run("policy", "replay", DIGEST, "--against", "baseline", "--since", "24h");
        assertThat(flipped.exit()).isEqualTo(1);
        assertThat(flipped.err()).contains("--after 01J");
        assertThat(service.asked().getLast().body()).contains("\"against\":\"baseline\"", "\"from\":\"20");

        String path = "GET /v1/policy-sets/" + DIGEST;
        service.on(path + "/diff", 200, "{\"files\":[],\"rules\":[]}");
        assertThat(run("policy", "diff", DIGEST).exit()).isZero();
        answers(path + "/coverage", 1, "{\"items\":[{\"id\":\"a\",\"covered\":false,\"log_only\":true}]}");
        answers(path + "/coverage", 1, "{\"items\":[{\"id\":\"a\",\"covered\":false,\"log_only\":false}]}");
        assertThat(run("policy", "coverage", DIGEST).exit()).isZero();
        assertThat(run("policy", "coverage", DIGEST).exit()).isEqualTo(1);

        service.on("POST /v1/what-if", 200, "{\"outcome\":\"deny\",\"code\":\"FORBIDDEN\"}");
        assertThat(run("policy", "what-if", "echo", "--principal", "agent:a").exit())
                .isZero();
        assertThat(run("policy", "what-if", "echo", "--principal", "agent:a", "--expect", "allow")
                        .exit())
                .isEqualTo(1);
        assertThat(run("policy", "what-if", "echo", "--principal", "agent:a", "--arguments", "[]")
                        .exit())
                .isEqualTo(2);
    }

    @Test
    void anActivationThatWaitsSaysWhoMustDoWhat() {
        service.on(
                "POST /v1/policy-sets/" + DIGEST + ":activate",
                202,
                "{\"change_id\":\"01J\",\"state\":\"pending\",\"set\":\"" + DIGEST + "\",\"expires_at\":\"soon\"}");
        service.on(
                "POST /v1/policy-sets/" + DIGEST + ":activate",
                409,
                problem(409, "POLICY_TESTS_FAILED", "One does not pass."));
        Result result = run("policy", "activate", DIGEST);
        assertThat(result.exit()).isZero();
        assertThat(result.err())
                .contains("not in force yet", "until soon", "policy diff " + DIGEST, "policy confirm 01J");
        assertThat(run("policy", "activate", DIGEST).exit()).isEqualTo(6);
    }
}
