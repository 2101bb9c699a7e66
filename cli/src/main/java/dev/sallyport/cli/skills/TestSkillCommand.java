package dev.sallyport.cli.skills;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.CommandFailure;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.output.Columns;
import dev.sallyport.cli.output.Json;
import dev.sallyport.skillrunner.CompiledSkill;
import dev.sallyport.skillrunner.SkillCall;
import dev.sallyport.skillrunner.SkillResult;
import dev.sallyport.skillrunner.SkillRunner;
import dev.sallyport.skillrunner.host.MemoryHost;
import dev.sallyport.skills.SkillRefusedException;
import dev.sallyport.skills.manifest.SkillLimits;
import dev.sallyport.skills.pack.SkillPackage;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.json.CanonicalJson;
import dev.sallyport.statements.json.JsonRefusedException;
import dev.sallyport.statements.json.JsonRules;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
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
            "\"fails\":\"FUEL_EXHAUSTED\". \"most_fuel\" bounds what it may use. Where nothing is expected the case shows what",
            "comes out. All that the manifest asks for is granted; time and random bytes are the same at each run. The texts",
            "of \"files\":{\"data/a.txt\":\"…\"} and \"values\":{…} are there when the case begins; nothing else is."
        },
        footer = {
            "  sallyport skills test mask-digits",
            "  sallyport skills test mask-digits --cases mask-digits/cases.jsonl"
        })
final class TestSkillCommand extends FleetCommand {
    private static final String CASES = "cases.jsonl";
    private static final int LARGEST = 16 << 20;
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Digest SEED = Digest.of("sallyport skills test".getBytes(StandardCharsets.UTF_8));
    private static final Set<String> MEMBERS =
            Set.of("tool", "input", "output", "fails", "most_fuel", "files", "values");
    private static final Columns COLUMNS = Columns.of("line", "tool", "holds", "fuel", "memory_pages", "saw");

    @Parameters(paramLabel = "DIR", description = "Folder with skill.toml, module.wasm and schemas/.")
    private Path directory = Path.of("");

    @Option(names = "--cases", paramLabel = "FILE", description = "The cases; cases.jsonl in the folder if not given.")
    private @Nullable Path cases;

    @Override
    protected ExitCode run() {
        List<Case> wanted = read(cases == null ? directory.resolve(CASES) : cases);
        try {
            SkillRunner runner = new SkillRunner();
            CompiledSkill skill = runner.compile(SkillPackage.of(SkillFolder.read(directory)));
            Set<String> tools = skill.skill().manifest().tools().stream()
                    .map(tool -> tool.name())
                    .collect(Collectors.toSet());
            ObjectNode page = Json.mapper().createObjectNode();
            ArrayNode items = page.putArray("items");
            boolean hold = true;
            for (Case one : wanted) {
                if (!tools.contains(one.tool())) {
                    throw usage("line " + one.line() + ": the skill has no tool `" + one.tool() + "`, it has "
                            + String.join(", ", tools));
                }
                ObjectNode item = one.outcome(runner.run(skill, one.call(skill), one.host()));
                hold &= item.path("holds").asBoolean();
                items.add(item);
            }
            results().list(page, COLUMNS, "There are no cases.");
            return hold ? ExitCode.OK : ExitCode.NEGATIVE;
        } catch (SkillRefusedException e) {
            throw usage("the skill is refused (" + e.refusal().name() + "): " + e.getMessage()
                    + " `sallyport skills lint` tells all that is wrong");
        }
    }

    private static List<Case> read(Path file) {
        String text = new String(SkillFolder.bytes(file, LARGEST), StandardCharsets.UTF_8);
        List<Case> found = new ArrayList<>();
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            if (!line.isBlank()) {
                found.add(Case.of(number, line));
            }
        }
        return found;
    }

    /**
     * A line of the file.
     *
     * @param output what must come out; null where nothing is said of it
     * @param fails how it must fail; null where it must not, or nothing is said
     * @param mostFuel the most that it may use
     * @param files files of the workspace, as texts
     * @param values what the skill has kept, as texts
     */
    private record Case(
            int line,
            String tool,
            ObjectNode input,
            @Nullable JsonNode output,
            @Nullable String fails,
            long mostFuel,
            Map<String, byte[]> files,
            Map<String, byte[]> values) {
        static Case of(int line, String text) {
            ObjectNode json;
            try {
                json = CanonicalJson.readObject(text.getBytes(StandardCharsets.UTF_8), JsonRules.RECORD);
            } catch (JsonRefusedException e) {
                throw new CommandFailure.Usage("line " + line + " is no case: " + e.getMessage(), e);
            }
            for (String member : json.propertyNames()) {
                if (!MEMBERS.contains(member)) {
                    throw new CommandFailure.Usage(
                            "line " + line + ": `" + member + "` is no member of a case; those are "
                                    + MEMBERS.stream().sorted().collect(Collectors.joining(", ")));
                }
            }
            if (!(json.path("input") instanceof ObjectNode input)
                    || !json.path("tool").isString()) {
                throw new CommandFailure.Usage(
                        "line " + line + ": a case has a `tool` and an `input` that is an object");
            }
            if (json.has("output") && json.has("fails")) {
                throw new CommandFailure.Usage(
                        "line " + line + ": a case expects either an `output` or that it `fails`");
            }
            return new Case(
                    line,
                    json.path("tool").asString(),
                    input,
                    json.get("output"),
                    json.has("fails") ? json.path("fails").asString() : null,
                    json.path("most_fuel").asLong(Long.MAX_VALUE),
                    texts(line, json.path("files")),
                    texts(line, json.path("values")));
        }

        private static Map<String, byte[]> texts(int line, JsonNode given) {
            Map<String, byte[]> texts = new HashMap<>();
            for (String name : given.propertyNames()) {
                if (!given.path(name).isString()) {
                    throw new CommandFailure.Usage("line " + line + ": what is there of `" + name + "` must be a text");
                }
                texts.put(name, given.path(name).asString().getBytes(StandardCharsets.UTF_8));
            }
            return texts;
        }

        MemoryHost host() {
            return new MemoryHost(files, values);
        }

        SkillCall call(CompiledSkill skill) {
            return new SkillCall(
                    tool, input, skill.skill().manifest().capabilities().kinds(), SkillLimits.MOST, NOW, SEED);
        }

        ObjectNode outcome(SkillResult result) {
            boolean holds = result.usage().fuel() <= mostFuel;
            String saw;
            switch (result) {
                case SkillResult.Answered answered -> {
                    saw = answered.output();
                    holds &= fails == null && (output == null || saw.equals(canonical(output)));
                }
                case SkillResult.Failed failed -> {
                    saw = failed.failure().name() + ": " + failed.detail();
                    holds &= failed.failure().name().equals(fails);
                }
            }
            ObjectNode item = Json.mapper().createObjectNode();
            item.put("line", line)
                    .put("tool", tool)
                    .put("holds", holds)
                    .put("fuel", result.usage().fuel())
                    .put("memory_pages", result.usage().memoryPages())
                    .put("saw", saw);
            ArrayNode log = item.putArray("log");
            result.log().forEach(said -> log.add(said.level() + " " + said.text()));
            return item;
        }

        private static String canonical(JsonNode value) {
            return new String(CanonicalJson.write(value), StandardCharsets.UTF_8);
        }
    }
}
