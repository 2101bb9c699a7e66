package dev.sallyport.cli.approvals;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Json;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** {@code sallyport approvals watch}: the queue as it changes, until interrupted. */
@Command(
        name = "watch",
        mixinStandardHelpOptions = true,
        description = "Print each change of the queue until interrupted.",
        footer = {"  sallyport approvals watch", "  sallyport approvals watch --count 1 --output json"})
final class WatchApprovalsCommand extends FleetCommand {
    private static final Duration RECONNECT = Duration.ofMillis(500);

    @Option(names = "--count", paramLabel = "N", description = "End after this many changes (default: never).")
    private long count = Long.MAX_VALUE;

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            long[] seen = {0};
            while (seen[0] < count) {
                client.events(Service.APPROVAL, "/v1/approvals/events", event -> {
                    print(event);
                    return ++seen[0] < count;
                });
                // The service ends a stream now and then, so that the listener's permission is checked again.
                Thread.sleep(RECONNECT);
            }
            return ExitCode.OK;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ExitCode.OK;
        }
    }

    private void print(JsonNode event) {
        results()
                .change(
                        event,
                        (Json.text(event, "approval_id") + "  " + Json.text(event, "state") + "  "
                                        + Json.text(event, "tool") + "  " + Json.text(event, "summary"))
                                .strip());
    }
}
