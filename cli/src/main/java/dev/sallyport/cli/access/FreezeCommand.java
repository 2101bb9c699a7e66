package dev.sallyport.cli.access;

import dev.sallyport.cli.failure.ExitCode;
import picocli.CommandLine.Command;

/** {@code sallyport freeze}: nothing new starts, what runs is killed. */
@Command(
        name = "freeze",
        mixinStandardHelpOptions = true,
        description = "Stop everything in a scope: no new permit, unclaimed calls stopped, running ones killed.",
        footer = {
            "  sallyport freeze --reason 'strange calls'",
            "  sallyport freeze principal agent:demo",
            "",
            "Uses your client certificate where you have one, so that it works with a service down.",
            "Exit code 7: only one of the two services was told."
        })
public final class FreezeCommand extends FreezeTargets {
    @Override
    protected ExitCode run() {
        return tellBoth("/v1/freeze", true);
    }

    @Override
    String already(String target) {
        return target + " was frozen already; nothing has changed.";
    }
}
