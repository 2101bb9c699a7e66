package dev.sallyport.cli.ca;

import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.identity.ca.FleetCa;
import dev.sallyport.identity.ca.FleetStatus;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code sallyport ca renew}: re-issues what has expired or passed half its life. */
@Command(
        name = "renew",
        mixinStandardHelpOptions = true,
        description = "Re-issue, with new keys, what has expired, passed half its life or an older authority issued.",
        footer = {"  sallyport ca renew fleet"})
final class CaRenewCommand extends DirectoryCommand {
    @Override
    ExitCode run(Path directory) {
        List<FleetStatus.Certificate> renewed =
                FleetCa.open(directory, root().surroundings().clock()).renew();
        results().list(StatusView.page(renewed), StatusView.COLUMNS, "There is nothing to renew.");
        return ExitCode.OK;
    }
}
