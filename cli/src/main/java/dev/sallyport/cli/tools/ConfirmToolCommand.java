package dev.sallyport.cli.tools;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Json;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code sallyport tools confirm}: puts a version of somebody else in force. */
@Command(
        name = "confirm",
        mixinStandardHelpOptions = true,
        description = {
            "Confirm a version that somebody else has registered, and that runs without a human.",
            "Without --digest, shows the version and confirms nothing. With it, confirms exactly what has that digest."
        },
        footer = {
            "  sallyport tools confirm report.lines 1 --digest"
                    + " 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
        })
final class ConfirmToolCommand extends FleetCommand {
    @Parameters(index = "0", paramLabel = "TOOL", description = "Name of the tool.")
    private String name = "";

    @Parameters(index = "1", paramLabel = "VERSION", description = "The version.")
    private String version = "";

    @Option(names = "--digest", paramLabel = "DIGEST", description = "Digest of the version that you have read.")
    private @Nullable String digest;

    @Override
    protected ExitCode run() {
        String path = "/v1/tools/" + encoded(name) + "/versions/" + encoded(version);
        try (FleetClient client = client()) {
            if (digest == null) {
                JsonNode shown = client.get(Service.POLICY, path);
                results().object(shown);
                results()
                        .note(
                                "Nothing is confirmed yet. If this is what shall run without a human: sallyport tools confirm "
                                        + name + " " + version + " --digest " + Json.text(shown, "digest"));
                return ExitCode.NEGATIVE;
            }
            JsonNode answer = client.send(
                    Service.POLICY,
                    "POST",
                    path + ":confirm",
                    Json.mapper().createObjectNode().put("digest", digest));
            results().object(answer);
            results().note(Json.text(answer, "message"));
            return ExitCode.OK;
        }
    }
}
