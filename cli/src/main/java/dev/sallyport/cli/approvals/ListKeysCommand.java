package dev.sallyport.cli.approvals;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Query;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Columns;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sallyport approvals keys}: the passkeys with which a person signs. */
@Command(
        name = "keys",
        mixinStandardHelpOptions = true,
        description =
                "List the passkeys with which you sign approvals. You are the person whose token or device the command"
                        + " shows. Who may manage members lists another person's with --principal. Passkeys are made on"
                        + " the console, after `sallyport invite NAME --key`.",
        footer = {"  sallyport approvals keys", "  sallyport approvals keys --principal person:alice"})
final class ListKeysCommand extends FleetCommand {
    private static final Columns COLUMNS = Columns.of("key", "state", "principal", "name", "host", "created_at");

    @Option(
            names = "--principal",
            paramLabel = "NAME",
            description =
                    "Whose passkeys, such as person:alice (default: your own). You may list another person's if you may"
                            + " manage members.")
    private @Nullable String principal;

    @Override
    protected ExitCode run() {
        Query query = new Query().with("principal", principal);
        try (FleetClient client = client()) {
            results().list(client.get(Service.APPROVAL, "/v1/approver-keys" + query), COLUMNS, "There are none.");
            return ExitCode.OK;
        }
    }
}
