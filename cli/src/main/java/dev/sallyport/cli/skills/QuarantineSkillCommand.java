package dev.sallyport.cli.skills;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sallyport skills quarantine}: takes a version out of use for now. */
@Command(
        name = "quarantine",
        mixinStandardHelpOptions = true,
        description =
                "Take a version of a skill out of use until somebody enables it again. Its running calls are ended.",
        footer = {"  sallyport skills quarantine acme.mask_digits 1.0.0 --reason \"traps too often\""})
final class QuarantineSkillCommand extends FleetCommand {
    @Parameters(index = "0", paramLabel = "SKILL", description = "The skill's id.")
    private String skill = "";

    @Parameters(index = "1", paramLabel = "VERSION", description = "The version.")
    private String version = "";

    @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why, for the ledger.")
    private String reason = "";

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            results()
                    .object(client.send(
                            Service.EXECUTOR,
                            "POST",
                            InfoSkillCommand.path(skill, version) + ":quarantine",
                            Json.mapper().createObjectNode().put("reason", reason)));
            return ExitCode.OK;
        }
    }
}
