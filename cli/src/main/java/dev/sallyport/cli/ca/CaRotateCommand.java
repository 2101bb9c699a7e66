package dev.sallyport.cli.ca;

import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.identity.ca.FleetCa;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sallyport ca rotate}: new issuing authorities, or new roots. */
@Command(
        name = "rotate",
        mixinStandardHelpOptions = true,
        description = "Make new issuing authorities, or new roots; what was issued before counts until its end.",
        footer = {
            "  sallyport ca rotate fleet",
            "  sallyport ca rotate fleet --root",
            "",
            "Needs the roots (ca/root and what protects it). Services and nodes that run renew within a minute; then run",
            "`sallyport ca renew fleet` for what is no service. `sallyport ca authorities` shows who has not yet.",
            "Cut short, repeat it.",
            "",
            "New roots: `rotate --root`, and the old ones sign that everybody is to trust both; `renew`, and wait until",
            "`sallyport ca trust` names nobody; `rotate`, which issues below the new roots; `renew`; then `retire`.",
        })
final class CaRotateCommand extends DirectoryCommand {
    @Option(names = "--root", description = "Make new roots, trusted beside the present ones until those are retired.")
    private boolean roots;

    @Option(names = "--now", description = "Between two roots: do not ask vault-service whether everybody trusts both.")
    private boolean now;

    @Override
    ExitCode run(Path directory) {
        FleetCa ca = FleetCa.open(directory, root().surroundings().clock());
        if (roots) {
            ca.rotateRoots();
        } else {
            if (!now && ca.isBetweenRoots()) {
                new FollowingFleet(root()::certificateClient)
                        .verifyFollows(ca.trust().step());
            }
            ca.rotateIssuing();
        }
        results()
                .object(StatusView.of(ca.status(), root().surroundings().clock().instant()));
        return ExitCode.OK;
    }
}
