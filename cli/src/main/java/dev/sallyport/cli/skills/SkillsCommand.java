package dev.sallyport.cli.skills;

import dev.sallyport.cli.command.CommandGroup;
import picocli.CommandLine.Command;

/** {@code sallyport skills}: packages of skills. */
@Command(
        name = "skills",
        mixinStandardHelpOptions = true,
        description = "Make and check packages of skills; install them, enable them, take them out of use.",
        subcommands = {
            NewSkillCommand.class,
            LintSkillCommand.class,
            TestSkillCommand.class,
            BuildSkillCommand.class,
            SignSkillCommand.class,
            VerifySkillCommand.class,
            DiffSkillsCommand.class,
            InstallSkillCommand.class,
            ListSkillsCommand.class,
            InfoSkillCommand.class,
            EnableSkillCommand.class,
            AllowSkillCommand.class,
            QuarantineSkillCommand.class,
            RevokeSkillCommand.class,
            ReplaySkillCommand.class,
            PublishersCommand.class
        },
        footer = {
            "A skill is a folder with skill.toml, module.wasm and schemas/. new, lint, test, build, sign, verify and diff work",
            "without a fleet; test alone runs the module, in the engine that nodes have."
        })
public final class SkillsCommand extends CommandGroup {}
