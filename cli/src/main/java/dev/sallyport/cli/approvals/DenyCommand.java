package dev.sallyport.cli.approvals;

import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import picocli.CommandLine.Command;

/** {@code sallyport approvals deny}: refuses a request; it needs no question. */
@Command(
        name = "deny",
        mixinStandardHelpOptions = true,
        description = "Deny a request.",
        footer = {
            "  sallyport approvals deny 01JD0000000000000000000000 --reason 'not on a Friday'",
            "  sallyport approvals deny 01JD0000000000000000000000 --for session"
        })
final class DenyCommand extends AnswerCommand {
    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            answer(client, read(client), "deny", true);
            return ExitCode.OK;
        }
    }
}
