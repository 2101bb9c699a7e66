package dev.sallyport.cli.skills;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.skills.pack.SkillPackage;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code sallyport skills install}: a package into the workspace. */
@Command(
        name = "install",
        mixinStandardHelpOptions = true,
        description = "Install a package of a skill. It waits in quarantine until somebody enables it.",
        footer = {
            "  sallyport skills install signed.skill",
            "",
            "A version of a publisher whose key is trusted, which asks for nothing beyond the enabled version, is enabled"
                    + " at once."
        })
final class InstallSkillCommand extends FleetCommand {
    @Parameters(paramLabel = "FILE", description = "The package.")
    private Path file = Path.of("");

    @Override
    protected ExitCode run() {
        byte[] archive = SkillFolder.bytes(file, SkillPackage.MAX_BYTES);
        try (FleetClient client = client()) {
            JsonNode installed = client.post(Service.EXECUTOR, "/v1/skills", archive);
            results().object(installed);
            if (installed.path("state").asString("").equals("quarantined")) {
                results().note(EnableSkillCommand.advice(installed));
            }
            return ExitCode.OK;
        }
    }
}
