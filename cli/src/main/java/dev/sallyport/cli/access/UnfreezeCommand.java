package dev.sallyport.cli.access;

import dev.sallyport.cli.failure.ExitCode;
import picocli.CommandLine.Command;

/** {@code sallyport unfreeze}: lifts a freeze. */
@Command(
        name = "unfreeze",
        mixinStandardHelpOptions = true,
        description = "Lift a freeze of the same scope.",
        footer = {"  sallyport unfreeze", "  sallyport unfreeze principal agent:demo"})
public final class UnfreezeCommand extends FreezeTargets {
    @Override
    protected ExitCode run() {
        return tellBoth("/v1/unfreeze", false);
    }

    @Override
    String already(String target) {
        return target + " was not frozen; nothing has changed.";
    }
}
