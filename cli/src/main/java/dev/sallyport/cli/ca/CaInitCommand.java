package dev.sallyport.cli.ca;

import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.identity.ca.FleetCa;
import dev.sallyport.identity.ca.FleetPlan;
import java.nio.file.Path;
import picocli.CommandLine.Command;

/** {@code sallyport ca init}: the authorities, the log's key, trust.json and the first certificates, once. */
@Command(
        name = "init",
        mixinStandardHelpOptions = true,
        description = "Make the authorities, the log's key, trust.json and the first certificates, once.",
        footer = {
            "  sallyport ca init fleet",
            "",
            "A repeat changes nothing and issues what is missing. Keep fleet/ca/root in a safe place."
        })
final class CaInitCommand extends DirectoryCommand {
    @Override
    ExitCode run(Path directory) {
        FleetCa ca = FleetCa.init(
                directory, FleetPlan.oneMachine(), root().surroundings().clock());
        results()
                .object(StatusView.of(ca.status(), root().surroundings().clock().instant()));
        return ExitCode.OK;
    }
}
