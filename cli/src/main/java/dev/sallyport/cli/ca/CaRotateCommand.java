package dev.sallyport.cli.ca;

import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.identity.ca.FleetCa;
import java.nio.file.Path;
import picocli.CommandLine.Command;

/** {@code sallyport ca rotate}: new issuing authorities. */
@Command(
        name = "rotate",
        mixinStandardHelpOptions = true,
        description = "Make new issuing authorities; what the old ones issued counts until its end.",
        footer = {
            "  sallyport ca rotate fleet",
            "",
            "Needs the roots (ca/root and what protects it). Services and nodes that run renew within a minute; then run",
            "`sallyport ca renew fleet` for what is no service. `sallyport ca authorities` shows who has not yet.",
            "Cut short, repeat it.",
        })
final class CaRotateCommand extends DirectoryCommand {
    @Override
    ExitCode run(Path directory) {
        FleetCa ca = FleetCa.open(directory, root().surroundings().clock());
        ca.rotateIssuing();
        results().object(StatusView.of(ca.status()));
        return ExitCode.OK;
    }
}
