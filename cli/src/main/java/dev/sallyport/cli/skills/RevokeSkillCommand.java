package dev.sallyport.cli.skills;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Columns;
import dev.sallyport.cli.output.Json;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code sallyport skills revoke}: takes a version, or all of a publisher, out of use for ever. */
@Command(
        name = "revoke",
        mixinStandardHelpOptions = true,
        description = "Take a version of a skill out of use for ever. Its running calls are ended.",
        footer = {
            "  sallyport skills revoke acme.mask_digits 1.0.0 --reason \"leaks what it masks\"",
            "  sallyport skills revoke --publisher acme --reason \"the key was stolen\"",
            "",
            "With --publisher, the publisher's keys are revoked, and every version that is signed by one of them."
        })
final class RevokeSkillCommand extends FleetCommand {
    private static final Columns COLUMNS = Columns.of("skill", "version", "state", "publisher", "reason");

    @Parameters(index = "0", arity = "0..1", paramLabel = "SKILL", description = "The skill's id.")
    private @Nullable String skill;

    @Parameters(index = "1", arity = "0..1", paramLabel = "VERSION", description = "The version.")
    private @Nullable String version;

    @Option(names = "--publisher", paramLabel = "NAME", description = "Revoke the publisher's keys instead.")
    private @Nullable String publisher;

    @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why, for the ledger.")
    private String reason = "";

    @Override
    protected ExitCode run() {
        JsonNode body = Json.mapper().createObjectNode().put("reason", reason);
        if (publisher != null && skill == null) {
            String path = "/v1/skill-publishers/" + encoded(publisher) + ":revoke";
            try (FleetClient client = client()) {
                results()
                        .list(
                                client.send(Service.EXECUTOR, "POST", path, body),
                                COLUMNS,
                                "The key is revoked; no version was signed by it.");
                return ExitCode.OK;
            }
        }
        if (publisher != null || skill == null || version == null) {
            throw usage("name a SKILL and its VERSION, or --publisher");
        }
        try (FleetClient client = client()) {
            results()
                    .object(client.send(
                            Service.EXECUTOR, "POST", InfoSkillCommand.path(skill, version) + ":revoke", body));
            return ExitCode.OK;
        }
    }
}
