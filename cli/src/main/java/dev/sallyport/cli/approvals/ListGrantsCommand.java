package dev.sallyport.cli.approvals;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.command.PageOptions;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Query;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Columns;
import dev.sallyport.cli.output.Json;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** {@code sallyport approvals grants}: what is answered with nobody asked. */
@Command(
        name = "grants",
        mixinStandardHelpOptions = true,
        description = "List what is answered with nobody asked, because somebody answered for further calls too.",
        footer = {"  sallyport approvals grants", "  sallyport approvals grants --all --principal agent:demo"})
final class ListGrantsCommand extends FleetCommand {
    private static final Columns COLUMNS = Columns.of("grant_id", "state", "answer", "scope", "principal")
            .with("used", grant -> Json.text(grant, "used") + "/" + Json.text(grant, "uses"))
            .and("ends_at", "approver")
            .with("open", ListGrantsCommand::open)
            .and("shown");

    @Mixin
    private PageOptions page = new PageOptions();

    @Option(names = "--principal", paramLabel = "NAME", description = "Only those for this principal's calls.")
    private @Nullable String principal;

    @Option(names = "--all", description = "Also those that answer no more.")
    private boolean all;

    @Override
    protected ExitCode run() {
        Query query = page.query().with("principal", principal).with("live", all ? null : "true");
        try (FleetClient client = client()) {
            results()
                    .list(
                            client.get(Service.APPROVAL, "/v1/grants" + query),
                            COLUMNS,
                            all ? "There are none." : "Nothing is answered without asking.");
            return ExitCode.OK;
        }
    }

    private static String open(JsonNode grant) {
        StringJoiner arguments = new StringJoiner(", ");
        grant.path("open")
                .forEach(each -> arguments.add(Json.text(each, "match") + " " + Json.text(each, "length") + " "
                        + Json.text(each, "argument")));
        return arguments.toString();
    }
}
