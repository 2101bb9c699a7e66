package dev.sallyport.cli.skills;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code sallyport skills info}: a version with what it asks for. */
@Command(
        name = "info",
        mixinStandardHelpOptions = true,
        description = {
            "Show a version of a skill: its tools, what it asks for, what was granted, who signed it.",
            "widens: what it asks for beyond the version that is enabled now."
        },
        footer = {"  sallyport skills info acme.mask_digits 1.0.0"})
final class InfoSkillCommand extends FleetCommand {
    @Parameters(index = "0", paramLabel = "SKILL", description = "The skill's id.")
    private String skill = "";

    @Parameters(index = "1", paramLabel = "VERSION", description = "The version.")
    private String version = "";

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            results().object(client.get(Service.EXECUTOR, path(skill, version)));
            return ExitCode.OK;
        }
    }

    /** The path of a version at executor control. */
    static String path(String skill, String version) {
        return "/v1/skills/" + encoded(skill) + "/versions/" + encoded(version);
    }
}
