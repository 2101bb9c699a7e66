package dev.sallyport.cli.config;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code sallyport config diff}: what a file, a change that waits, or another version would change. */
@Command(
        name = "diff",
        mixinStandardHelpOptions = true,
        description = "Show what a file, a change or a version changes. Exit code 1: something is different.",
        footer = {
            "  sallyport config diff config.json",
            "  sallyport config diff --change 01JD0000000000000000000000",
            "  sallyport config diff --from 3 --to 4"
        })
final class DiffConfigCommand extends FleetCommand {
    @ArgGroup(multiplicity = "1")
    private Which which = new Which();

    /** One of them. */
    private static final class Which {
        @Parameters(paramLabel = "FILE", description = "A configuration as JSON, compared with what is in force.")
        private @Nullable Path file;

        @Option(names = "--change", paramLabel = "ID", description = "A change: what it was made from, and it.")
        private @Nullable String change;

        @Option(names = "--from", paramLabel = "VERSION", description = "An earlier version, compared with --to.")
        private @Nullable Integer from;
    }

    @Option(names = "--to", paramLabel = "VERSION", description = "With --from; left out, what is in force.")
    private @Nullable Integer to;

    @Override
    protected ExitCode run() {
        if (to != null && which.from == null) {
            throw usage("--to goes with --from");
        }
        JsonNode file = which.file == null ? null : ConfigUpdate.read(which.file);
        try (FleetClient client = client()) {
            JsonNode differences = which.from != null
                    ? ConfigDifference.between(version(client, which.from), version(client, to))
                    : file == null
                            ? ofChange(client, String.valueOf(which.change))
                            : ConfigDifference.between(client.get(Service.POLICY, ConfigUpdate.PATH), file);
            results().list(differences, ConfigDifference.COLUMNS, "They are the same.");
            return differences.path("items").isEmpty() ? ExitCode.OK : ExitCode.NEGATIVE;
        }
    }

    private static JsonNode version(FleetClient client, @Nullable Integer version) {
        return client.get(Service.POLICY, version == null ? ConfigUpdate.PATH : ConfigUpdate.VERSIONS + "/" + version);
    }

    private static JsonNode ofChange(FleetClient client, String id) {
        JsonNode change = client.get(Service.POLICY, ConfigUpdate.CHANGES + "/" + encoded(id));
        return ConfigDifference.between(change.path("before"), change.path("after"));
    }
}
