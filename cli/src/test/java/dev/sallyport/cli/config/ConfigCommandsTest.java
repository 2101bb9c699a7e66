package dev.sallyport.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.cli.harness.CommandRun.Result;
import dev.sallyport.cli.harness.CommandsOverHttp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The configuration is shown, compared and edited, from the version that was read. */
class ConfigCommandsTest extends CommandsOverHttp {
    private static final String CONFIG =
            "{\"version\":3,\"max_calls_per_run\":100,\"allowed_channels\":[\"api\"],\"process_runner\":{\"a\":[\"ls\"]}}";

    @BeforeEach
    void configured() {
        service.on("GET /v1/config", 200, CONFIG);
    }

    private Result edit(String editor) {
        return command().with("EDITOR", editor).of(options("config", "edit"));
    }

    @Test
    void whatIsSavedInTheEditorIsSentWithTheVersionThatWasRead() {
        service.on("PUT /v1/config", 200, CONFIG.replace("100", "200"));
        Result result = edit("sed -i s/100,/200,/");
        assertThat(result.exit()).as(result.err()).isZero();
        assertThat(service.asked().getLast().headers()).containsEntry("if-match", "\"3\"");
        assertThat(service.asked().getLast().body()).isEqualTo(CONFIG.replace("100", "200"));
    }

    @Test
    void nothingIsSentIfNothingWasChangedOrTheEditorFailed() {
        Result same = edit("true");
        assertThat(same.exit()).isEqualTo(1);
        assertThat(same.err()).contains("Nothing was changed");
        Result failed = edit("false");
        assertThat(failed.exit()).isEqualTo(2);
        assertThat(failed.err()).contains("nothing was sent");
        assertThat(service.asked()).hasSize(2);
    }

    @Test
    void whatIsNotTakenIsKept() throws IOException {
        service.on("PUT /v1/config", 412, problem(412, "CONFIG_CHANGED_MEANWHILE", "It is version 4 now."));
        Result late = edit("sed -i s/100,/200,/");
        assertThat(late.exit()).isEqualTo(6);
        assertThat(late.err()).contains("It is version 4 now. See what is different", "sallyport config diff");
        assertThat(Files.readString(kept(late))).contains("200");
        Result noJson = edit("sed -i s/{/[/");
        assertThat(noJson.exit()).isEqualTo(2);
        assertThat(noJson.err()).contains("is not JSON").doesNotContain("Source", "REDACTED", "jackson");
        Files.delete(kept(late));
        Files.delete(kept(noJson));
    }

    private static Path kept(Result result) {
        Matcher matcher = Pattern.compile("config set (\\S+)").matcher(result.err());
        assertThat(matcher.find()).isTrue();
        return Path.of(matcher.group(1));
    }

    @Test
    void aChangeThatOpensSaysWhoMustDoWhat() throws IOException {
        service.on(
                "PUT /v1/config",
                202,
                "{\"change_id\":\"01J\",\"state\":\"pending\",\"opens\":[\"allowed_channels\"],\"expires_at\":\"soon\"}");
        Path file = Files.writeString(home.resolve("c.json"), CONFIG);
        Result result = run("config", "set", file.toString());
        assertThat(result.exit()).isZero();
        assertThat(result.err())
                .contains(
                        "not in force yet: it opens allowed_channels",
                        "until soon",
                        "sallyport config diff --change 01J",
                        "sallyport config confirm 01J");
    }

    @Test
    void anEarlierVersionIsPutInForceFromTheOneThatIs() {
        service.on(
                "GET /v1/config/versions",
                200,
                "{\"items\":[{\"version\":3,\"active\":true,\"actor\":\"person:ada\",\"created_at\":\"2026-11-30T12:00:00Z\"}]}");
        assertThat(run("config", "history").out()).contains("3", "person:ada");
        service.on("POST /v1/config:rollback", 200, CONFIG.replace(":3", ":4"))
                .on(
                        "POST /v1/config:rollback",
                        202,
                        "{\"change_id\":\"01J\",\"state\":\"pending\",\"opens\":[\"allowed_channels\"],\"expires_at\":\"soon\"}")
                .on("POST /v1/config:rollback", 412, problem(412, "CONFIG_CHANGED_MEANWHILE", "It is version 4 now."));
        Result done = run("config", "rollback", "2");
        assertThat(done.exit()).as(done.err()).isZero();
        assertThat(service.asked().getLast().body()).isEqualTo("{\"to\":2,\"version\":3}");
        assertThat(run("config", "rollback", "2").err()).contains("not in force yet: it opens allowed_channels");
        assertThat(run("config", "rollback", "2").exit()).isEqualTo(6);
    }

    @Test
    void differencesAreShownByField() throws IOException {
        Path file = Files.writeString(
                home.resolve("c.json"),
                CONFIG.replace("100", "200")
                        .replace("[\"api\"]", "[\"api\",\"cli\"]")
                        .replace("[\"ls\"]", "[\"rm\"]"));
        Result result = run("config", "diff", file.toString(), "-o", "json");
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.out())
                .contains("\"items\"", "\"before\" : \"100\"", "\"added\" : [ \"cli\" ]", "process_runner.a", "\"rm\"");
        assertThat(run("config", "diff", file.toString()).out()).contains("max_calls_per_run", "100", "200");
        Files.writeString(file, CONFIG.replace("3", "2"));
        Result same = run("config", "diff", file.toString());
        assertThat(same.exit()).isZero();
        assertThat(same.out()).contains("the same");
        service.on(
                "GET /v1/config/changes/01J",
                200,
                "{\"before\":" + CONFIG + ",\"after\":" + CONFIG.replace("api", "x") + "}");
        assertThat(run("config", "diff", "--change", "01J").out()).contains("allowed_channels");
        assertThat(run("config", "show").out()).contains("max_calls_per_run");
        service.on("GET /v1/config/versions/2", 200, CONFIG.replace("100", "50"));
        Result back = run("config", "diff", "--from", "2");
        assertThat(back.exit()).isEqualTo(1);
        assertThat(back.out()).contains("max_calls_per_run", "50", "100");
        service.on("GET /v1/config/versions/1", 200, CONFIG.replace("100", "50"));
        assertThat(run("config", "diff", "--from", "1", "--to", "2").exit()).isZero();
        assertThat(run("config", "diff", file.toString(), "--to", "2").exit()).isEqualTo(2);
        assertThat(run("config", "show", "01J").out()).contains("before", "after");
    }
}
