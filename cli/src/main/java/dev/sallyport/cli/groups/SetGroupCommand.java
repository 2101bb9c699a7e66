package dev.sallyport.cli.groups;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Json;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code sallyport groups set}: makes exactly these people a group. */
@Command(
        name = "set",
        mixinStandardHelpOptions = true,
        description = "Make exactly these people a group; without any, the group is dissolved.",
        footer = {"  sallyport groups set security alice bob", "  sallyport groups set security"})
final class SetGroupCommand extends FleetCommand {
    @Parameters(index = "0", paramLabel = "GROUP", description = "Name of the group.")
    private String name = "";

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "PERSON",
            description = "person:NAME, or NAME alone (repeatable).")
    private List<String> people = List.of();

    @Override
    protected ExitCode run() {
        ObjectNode body = Json.mapper().createObjectNode();
        ArrayNode members = body.putArray("members");
        people.stream()
                .map(person -> person.indexOf(':') < 0 ? "person:" + person : person)
                .forEach(members::add);
        try (FleetClient client = client()) {
            results().object(client.send(Service.POLICY, "PUT", "/v1/groups/" + encoded(name), body));
            return ExitCode.OK;
        }
    }
}
