package dev.sallyport.cli.config;

import dev.sallyport.cli.failure.CommandFailure;
import dev.sallyport.cli.failure.FleetFailure;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Json;
import dev.sallyport.cli.output.Results;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** A whole configuration that is to replace the version that it was made from. */
public final class ConfigUpdate {
    /** Where the configuration is. */
    public static final String PATH = "/v1/config";

    static final String CHANGES = PATH + "/changes";
    static final String VERSIONS = PATH + "/versions";
    private static final int LARGEST_BYTES = 1 << 20;
    private static final int CHANGED_MEANWHILE = 412;

    private ConfigUpdate() {}

    /** Reads a file; {@link CommandFailure.Usage} says what is wrong with it. */
    static JsonNode read(Path file) {
        try {
            if (Files.size(file) > LARGEST_BYTES) {
                throw new CommandFailure.Usage(file + " is larger than any configuration");
            }
            return Json.read(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new CommandFailure.Usage("cannot read the file " + file, e);
        } catch (JacksonException e) {
            throw new CommandFailure.Usage(file + " is not JSON: " + Json.complaint(e), e);
        }
    }

    /** Sends it and tells what became of it: in force, or waiting for a second person. */
    public static void send(FleetClient client, JsonNode config, Results results) {
        JsonNode answer;
        try {
            answer = client.send(Service.POLICY, "PUT", PATH, config, based(config), Duration.ZERO);
        } catch (FleetFailure e) {
            throw isOutdated(e)
                    ? e.advising("See what is different now with: sallyport config diff FILE. Then make the change in"
                            + " the version that `sallyport config get -o json` prints")
                    : e;
        }
        tell(answer, results);
    }

    /** Tells what the answer to a change says: in force, or waiting for a second person. */
    public static void tell(JsonNode answer, Results results) {
        results.object(answer);
        if (answer.has("change_id")) {
            String id = Json.text(answer, "change_id");
            results.note("It is not in force yet: it opens "
                    + String.join(
                            ", ",
                            answer.path("opens")
                                    .valueStream()
                                    .map(JsonNode::asString)
                                    .toList())
                    + ", so it waits for a second person, until " + Json.text(answer, "expires_at")
                    + ". They read it with: sallyport config diff --change " + id
                    + " and confirm it with: sallyport config confirm " + id);
        }
    }

    private static boolean isOutdated(FleetFailure e) {
        return e.problem() != null && e.problem().status() == CHANGED_MEANWHILE;
    }

    /** The version that it was made from, as RFC 9110, section 13.1.1, has it. */
    private static Map<String, String> based(JsonNode config) {
        String version = Json.text(config, "version");
        return version.isEmpty() ? Map.of() : Map.of("If-Match", "\"" + version + "\"");
    }
}
