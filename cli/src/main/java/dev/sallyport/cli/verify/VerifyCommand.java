package dev.sallyport.cli.verify;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sallyport verify}: one call's evidence, checked offline. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = {
            "Check an evidence bundle offline, claim by claim. Exit code 0: every claim holds; 1: not.",
            "",
            "Without --trust and --log-key the trust.json of the configuration is used. With --log-key alone",
            "the signing CA is taken from the bundle, which the verdict on the trust roots then says.",
            "",
            "sallyport-verify.jar checks the same on a machine that has nothing else of Sallyport."
        },
        footer = {
            "  sallyport verify 01JD0000000000000000000000.sallyport.zip --trust trust.json",
            "  sallyport verify case.sallyport.zip --log-key 'fleet.example/log+1a2b3c4d+AQ…' --output json"
        })
public final class VerifyCommand extends FleetCommand {
    @Mixin
    private VerifyOptions options = new VerifyOptions();

    @Override
    protected ExitCode run() {
        return Verification.of(options, () -> root().configuration().trust()).run(results());
    }
}
