package dev.sallyport.cli.fleet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.cli.failure.CommandFailure;
import dev.sallyport.cli.failure.Problem;
import dev.sallyport.cli.output.Json;
import dev.sallyport.cli.output.VisibleText;
import dev.sallyport.fuzz.Fuzz;
import dev.sallyport.fuzz.FuzzTest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** A server that answers what it likes, and files that somebody else has written. */
class HostileServerFuzzTest {
    @TempDir
    private Path folder;

    @FuzzTest
    void whateverAServerSendsAsAProblemIsAProblemWithItsStatus() {
        Fuzz.target("problem")
                .samples("{\"type\":\"t\",\"title\":\"No\",\"status\":403,\"detail\":\"ask\",\"code\":\"DENIED\","
                        + "\"errors\":[{\"field\":\"a.b\",\"detail\":\"is missing\"}]}")
                .run(input -> assertThat(Problem.of(403, input).status()).isEqualTo(403));
    }

    @FuzzTest
    void answersAreReadStrictlyAndShownInAscii() {
        Fuzz.target("answer")
                .samples("{\"state\":{\"phase\":\"done\",\"outcome\":\"succeeded\"},\"n\":[1,2.5,null,\"\\u202e\"]}")
                .refusing(JacksonException.class)
                .run(input -> {
                    JsonNode read = Json.read(input);
                    String line = Json.line(read);
                    assertThat(line.chars().allMatch(c -> c >= 0x20 && c < 0x7f))
                            .isTrue();
                    assertThat(read.equals(HostileServerFuzzTest::sameValue, Json.read(line.getBytes(UTF_8))))
                            .as(line)
                            .isTrue();
                });
    }

    /** 1e0 and 1 are the same number in nodes of different kinds; otherwise nodes are equal or not. */
    private static int sameValue(JsonNode one, JsonNode other) {
        if (one.isNumber() && other.isNumber()) {
            return one.decimalValue().compareTo(other.decimalValue());
        }
        return one.equals(other) ? 0 : 1;
    }

    @FuzzTest
    void eventsAreReadOrRefused() {
        Fuzz.target("events")
                .samples("event: state\nid: 1\ndata: {\"a\":1}\n\n:comment\ndata:{\"b\":\ndata:2}\n\n")
                .refusing(JacksonException.class)
                .refusing(IOException.class)
                .run(input -> new EventStream(new BufferedReader(new StringReader(new String(input, UTF_8))))
                        .forEachWhile(event -> true));
    }

    @FuzzTest
    void aConfigurationIsReadOrRefused() {
        Path file = folder.resolve("cli.json");
        Fuzz.target("cli-config")
                .samples(
                        "{\"v\":1,\"services\":{\"policy\":{\"public\":\"http://localhost:8081\",\"internal\":\"https://localhost:8441\"}},"
                                + "\"trust\":\"trust.json\",\"identity\":\"identities/owner\",\"token_file\":\"tokens/owner\"}")
                .refusing(CommandFailure.class)
                .rounds(1_000)
                .run(input -> {
                    Files.write(file, input);
                    ClientConfig read = ClientConfig.read(file);
                    Files.write(file, read.toJson());
                    assertThat(ClientConfig.read(file)).isEqualTo(read);
                });
    }

    @FuzzTest
    void nothingThatATerminalObeysIsShown() {
        Fuzz.target("terminal-text")
                .samples("plain \u001b[2J \u202e \u2066 \u0007 \ud83d\ude00\nline")
                .longest(8_192)
                .run(input -> {
                    String text = new String(input, UTF_8);
                    for (int point : VisibleText.oneLine(text).codePoints().toArray()) {
                        int type = Character.getType(point);
                        assertThat(type == Character.CONTROL
                                        || type == Character.FORMAT
                                        || type == Character.SURROGATE
                                        || type == Character.LINE_SEPARATOR
                                        || type == Character.PARAGRAPH_SEPARATOR)
                                .as("U+%04X is shown", point)
                                .isFalse();
                    }
                    assertThat(VisibleText.block(text, "> ").lines()).allMatch(line -> line.startsWith("> "));
                });
    }
}
