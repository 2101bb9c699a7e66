package dev.sallyport.cli.skills;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.CommandFailure;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.output.Columns;
import dev.sallyport.cli.output.Json;
import dev.sallyport.skillrunner.SkillResult;
import dev.sallyport.skills.SkillRefusedException;
import dev.sallyport.skills.pack.SkillPackage;
import dev.sallyport.skilltest.SkillCase;
import dev.sallyport.skilltest.SkillOutcome;
import dev.sallyport.skilltest.SkillTrial;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code sallyport skills test}: runs a skill's cases on this machine, as a node would run them. */
@Command(
        name = "test",
        mixinStandardHelpOptions = true,
        description = {
            "Run the cases of a skill on this machine, in the engine and within the limits that a node has. Exit code 1:",
            "a case came out otherwise.",
            "",
            "A case is a line of the file: {\"tool\":\"mask\",\"input\":{…}} and what is expected, either \"output\":{…} or",
            "\"fails\":\"FUEL_EXHAUSTED\". \"most_fuel\" and \"most_memory_pages\" bound what it may use. Where nothing is expected",
            "the case shows what comes out. All that the manifest asks for is granted, but for \"without\":[\"http\"]; time and",
            "random bytes are the same at each run. The texts of \"files\":{\"data/a.txt\":\"…\"} and \"values\":{…} are there when",
            "the case begins, and \"web\":{\"GET https://api.example.com/v1/x\":{\"status\":200,\"headers\":{…},\"body\":\"…\"}}",
            "answers requests; nothing else is there. \"sends\":[\"GET https://…\"] expects these requests in this order."
        },
        footer = {
            "  sallyport skills test mask-digits",
            "  sallyport skills test mask-digits --cases mask-digits/cases.jsonl"
        })
final class TestSkillCommand extends FleetCommand {
    private static final int LARGEST = 16 << 20;
    private static final Columns COLUMNS = Columns.of("line", "tool", "holds", "fuel", "memory_pages", "saw");

    @Parameters(paramLabel = "DIR", description = "Folder with skill.toml, module.wasm and schemas/.")
    private Path directory = Path.of("");

    @Option(names = "--cases", paramLabel = "FILE", description = "The cases; cases.jsonl in the folder if not given.")
    private @Nullable Path cases;

    @Override
    protected ExitCode run() {
        List<SkillCase> wanted = read(cases == null ? directory.resolve(SkillTrial.CASES) : cases);
        try {
            SkillTrial trial = new SkillTrial(SkillPackage.of(SkillFolder.read(directory)), wanted);
            ObjectNode page = Json.mapper().createObjectNode();
            ArrayNode items = page.putArray("items");
            boolean hold = true;
            for (SkillCase one : wanted) {
                if (!trial.tools().contains(one.tool())) {
                    throw usage("line " + one.line() + ": the skill has no tool `" + one.tool() + "`, it has "
                            + String.join(", ", trial.tools()));
                }
                SkillOutcome outcome = trial.run(one);
                hold &= outcome.holds();
                items.add(item(outcome));
            }
            results().list(page, COLUMNS, "There are no cases.");
            return hold ? ExitCode.OK : ExitCode.NEGATIVE;
        } catch (SkillRefusedException e) {
            throw usage("the skill is refused (" + e.refusal().name() + "): " + e.getMessage()
                    + " `sallyport skills lint` tells all that is wrong");
        }
    }

    private static List<SkillCase> read(Path file) {
        String text = new String(SkillFolder.bytes(file, LARGEST), StandardCharsets.UTF_8);
        try {
            return SkillCase.all(text);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure.Usage(String.valueOf(e.getMessage()), e);
        }
    }

    private static ObjectNode item(SkillOutcome outcome) {
        SkillResult result = outcome.result();
        ObjectNode item = Json.mapper().createObjectNode();
        item.put("line", outcome.tried().line())
                .put("tool", outcome.tried().tool())
                .put("holds", outcome.holds())
                .put("fuel", result.usage().fuel())
                .put("memory_pages", result.usage().memoryPages())
                .put("saw", outcome.saw());
        ArrayNode faults = item.putArray("faults");
        outcome.faults().forEach(faults::add);
        ArrayNode sent = item.putArray("sent");
        outcome.requests().forEach(request -> sent.add(request.toString()));
        ArrayNode log = item.putArray("log");
        result.log().forEach(said -> log.add(said.level() + " " + said.text()));
        return item;
    }
}
