package dev.sallyport.cli.vault;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;

/** Does something to the vault as a whole and shows the state it is in then. */
abstract class VaultActCommand extends FleetCommand {
    private final String path;

    VaultActCommand(String path) {
        this.path = path;
    }

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            results().object(client.send(Service.VAULT, "POST", path, null));
            return ExitCode.OK;
        }
    }
}
