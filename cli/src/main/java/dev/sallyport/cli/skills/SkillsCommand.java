package dev.sallyport.cli.skills;

import dev.sallyport.cli.command.CommandGroup;
import picocli.CommandLine.Command;

/** {@code sallyport skills}: packages of skills. */
@Command(
        name = "skills",
        mixinStandardHelpOptions = true,
        description = "Make and check packages of skills. No service takes skills yet.",
        subcommands = {BuildSkillCommand.class, VerifySkillCommand.class},
        footer = {
            "A skill is a folder with skill.toml, module.wasm and schemas/. Both commands work without a fleet, and"
                    + " run",
            "nothing of the module."
        })
public final class SkillsCommand extends CommandGroup {}
