package dev.sallyport.cli.ca;

import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.identity.ca.FleetCa;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sallyport ca retire}: ends trust in the roots before the present ones. */
@Command(
        name = "retire",
        mixinStandardHelpOptions = true,
        description = "End trust in the roots before the present ones; statements below them stay good.",
        footer = {
            "  sallyport ca retire fleet",
            "",
            "The last step after `sallyport ca rotate --root`. Needs the new roots (ca/root and what protects it). Refused",
            "while a service, node or part of the infrastructure does not trust the new roots or still shows a certificate",
            "below the old ones: `sallyport ca trust` and `sallyport ca authorities` say who. Cut short, repeat it."
        })
final class CaRetireCommand extends DirectoryCommand {
    @Option(names = "--now", description = "Do not ask vault-service; cut off who has not followed.")
    private boolean now;

    @Override
    ExitCode run(Path directory) {
        FleetCa ca = FleetCa.open(directory, root().surroundings().clock());
        if (!now && ca.isBetweenRoots()) {
            FollowingFleet fleet = new FollowingFleet(root()::certificateClient);
            fleet.verifyFollows(ca.trust().step());
            fleet.verifyNobodyStandsOn(ca.belowOldRoots());
        }
        ca.retireRoots();
        results()
                .object(StatusView.of(ca.status(), root().surroundings().clock().instant()));
        return ExitCode.OK;
    }
}
