package dev.sallyport.cli.skills;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.CommandFailure;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.skills.SkillRefusedException;
import dev.sallyport.skills.pack.SkillPackage;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sallyport skills build}: the package of a skill, from its folder. */
@Command(
        name = "build",
        mixinStandardHelpOptions = true,
        description = {
            "Check a skill's folder and write its package into a new file.",
            "",
            "A key is made by: openssl genpkey -algorithm ed25519 -out acme.key"
        },
        footer = {
            "  sallyport skills build mask-digits --file mask_digits.skill",
            "  sallyport skills build mask-digits --key acme.key --file mask_digits.skill"
        })
final class BuildSkillCommand extends FleetCommand {
    @Parameters(paramLabel = "DIR", description = "Folder with skill.toml, module.wasm and schemas/.")
    private Path directory = Path.of("");

    @Option(
            names = "--key",
            paramLabel = "FILE",
            description = "The publisher's Ed25519 private key (PKCS#8 PEM). Without it the package is not signed.")
    private @Nullable Path key;

    @Option(names = "--file", paramLabel = "FILE", description = "The file to write (default ID-VERSION.skill).")
    private @Nullable Path file;

    @Override
    protected ExitCode run() {
        try {
            SkillPackage skill = SkillPackage.of(SkillFolder.read(directory));
            SkillPackage made = key == null ? skill : SkillFolder.signed(skill, key);
            Path target = file == null
                    ? Path.of(made.manifest().id() + "-" + made.manifest().version() + ".skill")
                    : file;
            SkillFolder.write(target, made.encode());
            results().object(SkillView.of(made).put("file", target.toString()));
            if (key == null) {
                results().note("The package is not signed. Build it with --key for others to take it.");
            }
            return ExitCode.OK;
        } catch (SkillRefusedException e) {
            throw new CommandFailure.Usage(e.refusal() + ": " + e.getMessage(), e);
        }
    }
}
