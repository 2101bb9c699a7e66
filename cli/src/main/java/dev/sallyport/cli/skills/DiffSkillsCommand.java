package dev.sallyport.cli.skills;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.CommandFailure;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.output.Json;
import dev.sallyport.skills.SkillRefusedException;
import dev.sallyport.skills.manifest.SkillManifest;
import dev.sallyport.skills.pack.SkillPackage;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code sallyport skills diff}: what one package asks for beyond another. */
@Command(
        name = "diff",
        mixinStandardHelpOptions = true,
        description = {
            "Show what a package asks for beyond another one, and what it does not ask for any more.",
            "Of installed versions, `sallyport skills info` shows what they ask for beyond the enabled one."
        },
        footer = {"  sallyport skills diff signed.skill signed.skill"})
final class DiffSkillsCommand extends FleetCommand {
    @Parameters(index = "0", paramLabel = "OLD", description = "The package that is there.")
    private Path before = Path.of("");

    @Parameters(index = "1", paramLabel = "NEW", description = "The package that comes.")
    private Path after = Path.of("");

    @Override
    protected ExitCode run() {
        SkillManifest earlier = manifest(before);
        SkillManifest later = manifest(after);
        if (!earlier.id().equals(later.id())) {
            throw new CommandFailure.Usage(earlier.id() + " and " + later.id() + " are two skills, not two versions");
        }
        ObjectNode view = Json.mapper().createObjectNode();
        view.put("skill", later.id());
        view.put("from", earlier.version().text());
        view.put("to", later.version().text());
        add(view.putArray("widens"), later.beyond(earlier));
        add(view.putArray("narrows"), earlier.beyond(later));
        results().object(view);
        return ExitCode.OK;
    }

    private static void add(ArrayNode list, List<String> lines) {
        lines.forEach(list::add);
    }

    private static SkillManifest manifest(Path file) {
        try {
            return SkillPackage.read(SkillFolder.bytes(file, SkillPackage.MAX_BYTES))
                    .manifest();
        } catch (SkillRefusedException e) {
            throw new CommandFailure.Usage(file + ": " + e.refusal() + ": " + e.getMessage(), e);
        }
    }
}
