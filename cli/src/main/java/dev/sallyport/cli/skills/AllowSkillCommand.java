package dev.sallyport.cli.skills;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.config.ConfigUpdate;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code sallyport skills allow}: opens a skill to the workspace. */
@Command(
        name = "allow",
        mixinStandardHelpOptions = true,
        description = "Add a skill to the workspace's list of skills that may be called.",
        footer = {
            "  sallyport skills allow acme.mask_digits",
            "",
            "It changes `allowlisted_skills` of the configuration, as `sallyport config edit` would: where the workspace"
                    + " has a second person, that one confirms it."
        })
final class AllowSkillCommand extends FleetCommand {
    private static final String LIST = "allowlisted_skills";

    @Parameters(paramLabel = "SKILL", description = "The skill's id.")
    private String skill = "";

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            ObjectNode config = (ObjectNode) client.get(Service.POLICY, ConfigUpdate.PATH);
            ArrayNode skills = config.withArray(LIST);
            if (skills.valueStream().map(JsonNode::asString).anyMatch(id -> id.equals(skill) || id.equals("*"))) {
                results().note("The workspace opens " + skill + " already; nothing was sent.");
                return ExitCode.OK;
            }
            skills.add(skill);
            ConfigUpdate.send(client, config, results());
            return ExitCode.OK;
        }
    }
}
