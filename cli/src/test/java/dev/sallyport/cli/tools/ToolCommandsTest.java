package dev.sallyport.cli.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.cli.harness.CommandRun.Result;
import dev.sallyport.cli.harness.CommandsOverHttp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** A tool of one's own is registered, opened and retired. */
class ToolCommandsTest extends CommandsOverHttp {
    private static final String CONFIG = "{\"version\":3,\"allowlisted_tools\":[\"echo\"]}";

    @Test
    void addSendsTheDocumentAndSaysWhatIsStillMissing() throws IOException {
        Path file = Files.writeString(home.resolve("own.json"), "{\"name\":\"own.tool\",\"version\":\"1\"}");
        service.on(
                "POST /v1/tools",
                201,
                "{\"tool\":{\"name\":\"own.tool\"},\"message\":\"Run: sallyport tools allow.\"}");

        Result added = command().of(options("tools", "add", file.toString()));

        assertThat(added.exit()).as(added.err()).isZero();
        assertThat(added.err()).contains("sallyport tools allow");
        assertThat(service.asked().getLast().body()).isEqualTo("{\"name\":\"own.tool\",\"version\":\"1\"}");
    }

    @Test
    void aRefusedDocumentIsToldWithItsField() throws IOException {
        Path file = Files.writeString(home.resolve("own.json"), "{}");
        service.on("POST /v1/tools", 400, problem(400, "INVALID_TOOL", "`name` is missing."));
        Result refused = command().of(options("tools", "add", file.toString()));
        assertThat(refused.exit()).isNotZero();
        assertThat(refused.err()).contains("`name` is missing.");
        Files.writeString(file, "{\"a\":1,\"a\":2}");
        assertThat(command().of(options("tools", "add", file.toString())).exit())
                .isEqualTo(2);
        assertThat(service.asked()).hasSize(1);
    }

    @Test
    void allowAddsTheToolToTheVersionThatWasRead() {
        service.on("GET /v1/config", 200, CONFIG);
        service.on("PUT /v1/config", 200, CONFIG);
        service.on("GET /v1/tools/own.tool", 200, "{\"name\":\"own.tool\"}");

        Result allowed = command().of(options("tools", "allow", "own.tool"));
        assertThat(allowed.exit()).isZero();
        assertThat(allowed.err()).doesNotContain("there is no tool");

        assertThat(service.asked().getLast().headers()).containsEntry("if-match", "\"3\"");
        assertThat(service.asked().getLast().body())
                .isEqualTo("{\"version\":3,\"allowlisted_tools\":[\"echo\",\"own.tool\"]}");
        int before = service.asked().size();
        Result again = command().of(options("tools", "allow", "echo"));
        assertThat(again.exit()).isZero();
        assertThat(again.err()).contains("already");
        assertThat(service.asked()).as("only read").hasSize(before + 1);
    }

    @Test
    void allowSaysThatThereIsNoToolOfTheNameYet() {
        service.on("GET /v1/config", 200, CONFIG);
        service.on("PUT /v1/config", 200, CONFIG);
        service.on("GET /v1/tools/own.tol", 404, problem(404, "NOT_FOUND", "There is no tool called `own.tol`."));

        Result allowed = command().of(options("tools", "allow", "own.tol"));

        assertThat(allowed.exit()).isZero();
        assertThat(allowed.err()).contains("there is no tool own.tol now");
    }

    @Test
    void versionsAreShownConfirmedAndRetired() {
        service.on(
                "GET /v1/tools/own.tool/versions/1",
                200,
                "{\"name\":\"own.tool\",\"state\":\"active\",\"digest\":\"ab12\"}");
        service.on("POST /v1/tools/own.tool/versions/1:confirm", 200, "{\"message\":\"Confirmed.\"}");
        service.on("DELETE /v1/tools/own.tool/versions/1", 200, "{\"state\":\"retired\"}");

        assertThat(command().of(options("tools", "get", "own.tool", "1")).out()).contains("active");
        int before = service.asked().size();
        Result shown = command().of(options("tools", "confirm", "own.tool", "1"));
        assertThat(shown.exit()).as("nothing is confirmed that was not read").isEqualTo(1);
        assertThat(shown.err()).contains("--digest ab12");
        assertThat(service.asked()).as("only read").hasSize(before + 1);
        assertThat(command()
                        .of(options("tools", "confirm", "own.tool", "1", "--digest", "ab12"))
                        .err())
                .contains("Confirmed.");
        assertThat(command().of(options("tools", "retire", "own.tool", "1")).out())
                .contains("retired");
    }
}
