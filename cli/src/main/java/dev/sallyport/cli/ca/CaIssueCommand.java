package dev.sallyport.cli.ca;

import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.identity.ca.FleetCa;
import dev.sallyport.identity.ca.FleetPlan;
import dev.sallyport.identity.ca.FleetStatus;
import dev.sallyport.statements.trust.SpiffeId;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sallyport ca issue}: first certificates of one more workload, by whoever holds the issuing authorities. */
@Command(
        name = "issue",
        mixinStandardHelpOptions = true,
        description = "Issue the first certificates of one more workload, if it has none here yet.",
        footer = {
            "  sallyport ca issue fleet /executor/default/node-2",
            "  sallyport ca issue fleet /infra/kafka --dns-name kafka.example",
        })
final class CaIssueCommand extends DirectoryCommand {
    @Parameters(
            index = "1",
            paramLabel = "PATH",
            description = "Path of its SPIFFE id, such as /executor/default/node-2.")
    private String path = "";

    @Option(names = "--dns-name", paramLabel = "NAME", description = "A name it answers to (repeatable).")
    private List<String> dnsNames = List.of();

    @Override
    ExitCode run(Path directory) {
        FleetCa ca = FleetCa.open(directory, root().surroundings().clock());
        SpiffeId id = SpiffeId.tryParse("spiffe://" + ca.trust().trustDomain() + path)
                .orElseThrow(() -> usage("not the path of a SPIFFE id: " + path));
        List<FleetStatus.Certificate> issued =
                ca.issueMissing(new FleetPlan(List.of(workload(id, new LinkedHashSet<>(dnsNames)))));
        results().list(StatusView.page(issued), StatusView.COLUMNS, "It has an identity here already.");
        return ExitCode.OK;
    }

    private static FleetPlan.Workload workload(SpiffeId id, Set<String> dnsNames) {
        return new FleetPlan.Workload(id.kind(), id.names(), dnsNames, Set.of(), 1);
    }
}
