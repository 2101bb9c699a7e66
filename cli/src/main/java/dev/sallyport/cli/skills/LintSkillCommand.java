package dev.sallyport.cli.skills;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.output.Json;
import dev.sallyport.skills.SkillRefusedException;
import dev.sallyport.skills.pack.SkillPackage;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code sallyport skills lint}: every rule that a folder breaks. */
@Command(
        name = "lint",
        mixinStandardHelpOptions = true,
        description = {
            "Check a skill's folder by the rules that the fleet applies, and write nothing. Exit code 1: a rule is broken.",
            "All rules that the module breaks are told at once."
        },
        footer = {"  sallyport skills lint mask-digits"})
final class LintSkillCommand extends FleetCommand {
    @Parameters(paramLabel = "DIR", description = "Folder with skill.toml, module.wasm and schemas/.")
    private Path directory = Path.of("");

    @Override
    protected ExitCode run() {
        try {
            results()
                    .object(SkillView.of(SkillPackage.of(SkillFolder.read(directory)))
                            .put("holds", true));
            return ExitCode.OK;
        } catch (SkillRefusedException e) {
            results()
                    .object(Json.mapper()
                            .createObjectNode()
                            .put("holds", false)
                            .put("code", e.refusal().name())
                            .put("message", e.getMessage()));
            return ExitCode.NEGATIVE;
        }
    }
}
