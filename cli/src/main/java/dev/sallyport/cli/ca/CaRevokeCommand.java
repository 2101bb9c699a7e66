package dev.sallyport.cli.ca;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Json;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** {@code sallyport ca revoke}: ends trust in an issuing authority. */
@Command(
        name = "revoke",
        mixinStandardHelpOptions = true,
        description = "End trust in an issuing authority and in everything that its key signs.",
        footer = {
            "  sallyport ca revoke 9f2c4e --reason 'ca/issuing was copied'",
            "  sallyport ca revoke 9f2c4e --reason 'in use by a thief' --now",
            "",
            "AUTHORITY is the beginning of its name in `sallyport ca authorities`. Needs the owner's device. Make new",
            "authorities first: sallyport ca rotate DIR. TLS and signing keys lie in one file: revoke both.",
            "What the ledger has now stays good; with --from-index N, only what is there below index N."
        })
final class CaRevokeCommand extends FleetCommand {
    @Parameters(paramLabel = "AUTHORITY", description = "The beginning of its name, at least 6 digits.")
    private String authority = "";

    @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why; it is kept on the ledger.")
    private String reason = "";

    @Option(names = "--now", description = "Cut off those who still use certificates of it.")
    private boolean now;

    @Option(
            names = "--from-index",
            paramLabel = "N",
            description = "The ledger's index from which statements under it no longer count.")
    private @Nullable Long fromIndex;

    @Override
    protected ExitCode run() {
        try (FleetClient client = root().certificateClient()) {
            String name =
                    AuthorityName.in(client.get(Service.VAULT, "/v1/authorities"), authority.toLowerCase(Locale.ROOT));
            ObjectNode body = Json.mapper().createObjectNode();
            body.put("authority", name).put("reason", reason).put("now", now);
            if (fromIndex != null) {
                body.put("from_index", fromIndex);
            }
            client.send(Service.VAULT, "POST", "/v1/authorities:revoke", body);
            results().object(body.put("revoked", true));
            return ExitCode.OK;
        }
    }
}
