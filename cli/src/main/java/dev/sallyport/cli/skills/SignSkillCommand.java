package dev.sallyport.cli.skills;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.CommandFailure;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.skills.SkillRefusedException;
import dev.sallyport.skills.pack.SkillPackage;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sallyport skills sign}: a package signed by its publisher. */
@Command(
        name = "sign",
        mixinStandardHelpOptions = true,
        description = {
            "Sign a package and write it into a new file; a signature that it had is replaced. The digest of a package is the",
            "same with and without a signature, so a package can be built and tested on one machine and signed on another."
        },
        footer = {"  sallyport skills sign signed.skill --key acme.key --file signed-again.skill"})
final class SignSkillCommand extends FleetCommand {
    @Parameters(paramLabel = "PACKAGE", description = "The package to sign.")
    private Path given = Path.of("");

    @Option(
            names = "--key",
            paramLabel = "FILE",
            required = true,
            description = "The publisher's Ed25519 private key (PKCS#8 PEM).")
    private Path key = Path.of("");

    @Option(names = "--file", paramLabel = "FILE", required = true, description = "The file to write.")
    private Path file = Path.of("");

    @Override
    protected ExitCode run() {
        try {
            SkillPackage skill = SkillPackage.read(SkillFolder.bytes(given, SkillPackage.MAX_BYTES));
            SkillPackage signed = SkillFolder.signed(skill, key);
            SkillFolder.write(file, signed.encode());
            results().object(SkillView.of(signed).put("file", file.toString()));
            return ExitCode.OK;
        } catch (SkillRefusedException e) {
            throw new CommandFailure.Usage(e.refusal() + ": " + e.getMessage(), e);
        }
    }
}
