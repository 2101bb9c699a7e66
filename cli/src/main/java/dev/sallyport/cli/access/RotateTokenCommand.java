package dev.sallyport.cli.access;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Json;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** {@code sallyport tokens rotate}: a new token in the place of another one, which counts on for a while. */
@Command(
        name = "rotate",
        mixinStandardHelpOptions = true,
        description = "Replace a token. The new one is shown once; the old one counts until the overlap ends.",
        footer = {
            "  sallyport tokens rotate 01JD0000000000000000000000 --save demo.token",
            "  sallyport tokens rotate 01JD0000000000000000000000 --overlap-minutes 0"
        })
final class RotateTokenCommand extends FleetCommand {
    @Parameters(paramLabel = "TOKEN_ID", description = "Id of the token to replace, not the token.")
    private String id = "";

    @Option(
            names = "--overlap-minutes",
            paramLabel = "N",
            description = "How long the old one still counts, at most 1440 (default 60).")
    private @Nullable Integer overlapMinutes;

    @Option(
            names = "--expires-in-days",
            paramLabel = "N",
            description = "Lifetime of the new one, at most 365 (default: the old one's).")
    private @Nullable Integer expiresInDays;

    @Option(
            names = "--save",
            paramLabel = "FILE",
            description = "Write the token into a new 0600 file instead of printing it.")
    private @Nullable Path save;

    @Override
    protected ExitCode run() {
        ObjectNode body = Json.mapper().createObjectNode();
        if (overlapMinutes != null) {
            body.put("overlap_minutes", overlapMinutes);
        }
        if (expiresInDays != null) {
            body.put("expires_in_days", expiresInDays);
        }
        try (FleetClient client = client();
                TokenFile file = TokenFile.at(save)) {
            results()
                    .object(file.kept(
                            client.send(Service.POLICY, "POST", "/v1/tokens/" + encoded(id) + ":rotate", body)));
            return ExitCode.OK;
        }
    }
}
