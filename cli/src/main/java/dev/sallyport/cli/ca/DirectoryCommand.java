package dev.sallyport.cli.ca;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.CommandFailure;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.identity.IdentityException;
import java.nio.file.Path;
import picocli.CommandLine.Parameters;

/**
 * A command that works on the fleet's directory. A refusal of libs/identity becomes a usage failure with its sentence.
 */
abstract class DirectoryCommand extends FleetCommand {
    @Parameters(paramLabel = "DIR", description = "The fleet's directory with ca/, identities/ and trust.json.")
    private Path directory = Path.of("");

    abstract ExitCode run(Path directory);

    @Override
    protected final ExitCode run() {
        try {
            return run(directory);
        } catch (IdentityException e) {
            throw new CommandFailure.Usage(e.getMessage() + " [" + e.code() + "]", e);
        }
    }
}
