package dev.sallyport.cli.vault;

import dev.sallyport.cli.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Lines;
import tools.jackson.databind.JsonNode;

/** Does something to the vault as a whole and shows the state it is in then. */
abstract class VaultActCommand extends FleetCommand {
    private final String path;

    VaultActCommand(String path) {
        this.path = path;
    }

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            JsonNode status = client.send(Service.VAULT, "POST", path, null);
            if (json()) {
                printJson(status);
            } else {
                out().print(new Lines()
                        .field("state", status.path("state").asString(""))
                        .field("terms", Integer.toString(status.path("terms").size())));
            }
            return ExitCode.OK;
        }
    }
}
