package dev.sallyport.cli.ca;

import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.identity.ca.FleetCa;
import dev.sallyport.identity.ca.FleetStatus;
import java.nio.file.Path;
import java.time.Clock;
import picocli.CommandLine.Command;

/** {@code sallyport ca status}: ages; exit code 1 if something has expired. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = "Show every authority and certificate with its age. Exit code 1: something has expired.",
        footer = {"  sallyport ca status fleet"})
final class CaStatusCommand extends DirectoryCommand {
    @Override
    ExitCode run(Path directory) {
        Clock clock = root().surroundings().clock();
        FleetStatus status = FleetCa.open(directory, clock).status();
        results().object(StatusView.of(status, clock.instant()));
        StatusView.ending(status, clock.instant()).forEach(results()::note);
        boolean expired = status.certificates().stream()
                        .anyMatch(certificate -> certificate.state() == FleetStatus.State.EXPIRED)
                || status.authorities().stream().anyMatch(authority -> authority.state() == FleetStatus.State.EXPIRED);
        return expired ? ExitCode.NEGATIVE : ExitCode.OK;
    }
}
