package dev.sallyport.bench.wasm;

import dev.sallyport.bench.wasm.SpecModule.Scanned;
import dev.sallyport.bench.wasm.SpecModule.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

/** Goes through the scripts of a folder, as {@code wast2json} writes them, and counts what comes out otherwise. */
final class SpecRun {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*");

    private final Path folder;
    private final SpecTally tally;

    /** The module that the last command made; null where it is one that no skill may have. */
    private @Nullable SpecModule current;

    private final Map<String, SpecModule> named = new HashMap<>();

    /** Modules that others of the script may import from. */
    private final Set<SpecModule> registered = new HashSet<>();

    /** Those of them that a module may have changed which was left out. */
    private final Set<SpecModule> changed = new HashSet<>();

    SpecRun(Path folder, KnownDifferences known) {
        this.folder = folder;
        this.tally = new SpecTally(known);
    }

    /**
     * Runs all scripts.
     *
     * @throws IllegalArgumentException a script cannot be read, or there is none
     */
    SpecTally.Report run() throws IOException {
        List<Path> scripts;
        try (Stream<Path> files = Files.walk(folder)) {
            scripts = files.filter(file -> file.getFileName().toString().endsWith(".json"))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
        }
        if (scripts.isEmpty()) {
            throw new IllegalArgumentException(
                    folder
                            + " holds no scripts: they are files that end in .json, as `wast2json NAME.wast -o NAME.json` writes them");
        }
        for (Path script : scripts) {
            run(script);
        }
        return tally.report(scripts.size());
    }

    private void run(Path script) throws IOException {
        current = null;
        named.clear();
        registered.clear();
        changed.clear();
        String name = folder.relativize(script).toString();
        JsonNode commands;
        try {
            commands = JSON.readTree(Files.readAllBytes(script)).path("commands");
        } catch (JacksonException e) {
            throw new IllegalArgumentException(name + " is no JSON", e);
        }
        if (!(commands instanceof ArrayNode)) {
            throw new IllegalArgumentException(name + " has no list of commands");
        }
        for (JsonNode command : commands) {
            String where = name + ":" + command.path("line").asInt();
            Optional<String> mismatch = judge(script, command);
            mismatch.ifPresent(
                    text -> tally.mismatch(where + " " + command.path("type").asString("") + ": " + text));
        }
    }

    private Optional<String> judge(Path script, JsonNode command) throws IOException {
        String type = command.path("type").asString("");
        return switch (type) {
            case "module" -> module(bytes(script, command), command.path("name").asString(""));
            case "assert_malformed", "assert_invalid" -> refused(script, command);
            case "assert_uninstantiable" ->
                uninstantiable(bytes(script, command), command.path("text").asString(""));
            case "action" -> acted(command, List.of(), true);
            case "assert_return" -> acted(command, values(command.path("expected")), true);
            case "assert_trap", "assert_exhaustion" -> acted(command, List.of(), false);
            case "register" -> {
                SpecModule module = module(command);
                if (module != null) {
                    registered.add(module);
                }
                yield tally.leftOut("a module is offered to others");
            }
            case "assert_unlinkable" -> {
                changed.addAll(registered);
                yield tally.leftOut("modules import from one another");
            }
            default -> throw new IllegalArgumentException(script + " has a command that is not known: " + type);
        };
    }

    private static byte[] bytes(Path script, JsonNode command) throws IOException {
        String name = command.path("filename").asString("");
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(script + " names a module that does not lie beside it: " + name);
        }
        Path file = script.resolveSibling(name);
        return Files.readAllBytes(file);
    }

    private Optional<String> module(byte[] bytes, String name) {
        current = null;
        if (!name.isEmpty()) {
            named.remove(name);
        }
        Scanned scanned = SpecModule.scan(bytes);
        return switch (scanned.verdict()) {
            case BEYOND -> {
                changed.addAll(registered);
                yield tally.leftOut("no skill may have the module: " + scanned.why());
            }
            case MALFORMED -> tally.differs("modules", bytes, "", "the scan calls it malformed: " + scanned.why());
            case ACCEPTED -> {
                try {
                    current = SpecModule.instantiate(bytes);
                    if (!name.isEmpty()) {
                        named.put(name, current);
                    }
                    yield tally.agrees("modules");
                } catch (RuntimeException | StackOverflowError e) {
                    yield tally.differs("modules", bytes, "", "the engine refuses it: " + e.getMessage());
                }
            }
        };
    }

    private Optional<String> refused(Path script, JsonNode command) throws IOException {
        if (!command.path("module_type").asString("").equals("binary")) {
            return tally.leftOut("it is about the text format");
        }
        byte[] bytes = bytes(script, command);
        return SpecModule.scan(bytes).verdict() != Verdict.ACCEPTED
                        || SpecModule.refusal(bytes).isPresent()
                ? tally.agrees("refusals")
                : tally.differs(
                        "refusals",
                        bytes,
                        "",
                        "it is accepted, but should be refused: "
                                + command.path("text").asString(""));
    }

    private Optional<String> uninstantiable(byte[] bytes, String why) {
        Scanned scanned = SpecModule.scan(bytes);
        if (scanned.verdict() != Verdict.ACCEPTED) {
            changed.addAll(registered);
            return tally.leftOut("no skill may have the module: " + scanned.why());
        }
        try {
            SpecModule.instantiate(bytes);
            return tally.differs("traps", bytes, "", "it was instantiated");
        } catch (RuntimeException | StackOverflowError e) {
            return trapped(e, why) ? tally.agrees("traps") : tally.differs("traps", bytes, "", "it ended with " + e);
        }
    }

    /** Whether it ended so, and not because the command itself could not be carried out. */
    private static boolean trapped(Throwable thrown, String why) {
        return thrown instanceof StackOverflowError
                ? why.equals("call stack exhausted")
                : String.valueOf(thrown.getMessage()).contains(why);
    }

    private static List<SpecValue> values(JsonNode values) {
        List<SpecValue> read = new ArrayList<>();
        values.forEach(value -> read.add(SpecValue.of(value)));
        return read;
    }

    private @Nullable SpecModule module(JsonNode command) {
        String name = command.path("module").asString(command.path("name").asString(""));
        return name.isEmpty() ? current : named.get(name);
    }

    private Optional<String> acted(JsonNode command, List<SpecValue> expected, boolean answers) {
        JsonNode action = command.path("action");
        SpecModule module = module(action);
        List<SpecValue> arguments = values(action.path("args"));
        if (module == null) {
            return tally.leftOut("the module was left out");
        }
        if (changed.contains(module)) {
            return tally.leftOut("a module that was left out may have changed this one");
        }
        if (!Stream.concat(arguments.stream(), expected.stream()).allMatch(SpecValue::isNumber)) {
            return tally.leftOut("it is about vectors or references");
        }
        String what = answers ? "answers" : "traps";
        String field = action.path("field").asString("");
        try {
            long[] results = action.path("type").asString("").equals("get")
                    ? new long[] {module.variable(field)}
                    : module.call(
                            field, arguments.stream().mapToLong(SpecValue::bits).toArray());
            if (!answers) {
                return tally.differs(what, module.bytes(), field, field + " has answered");
            }
            boolean same = results.length == expected.size()
                    || command.path("type").asString("").equals("action");
            for (int at = 0; same && at < expected.size(); at++) {
                same = expected.get(at).matches(results[at]);
            }
            return same
                    ? tally.agrees(what)
                    : tally.differs(
                            what, module.bytes(), field, field + " has answered something else than " + expected);
        } catch (RuntimeException | StackOverflowError e) {
            return !answers && trapped(e, command.path("text").asString(""))
                    ? tally.agrees(what)
                    : tally.differs(what, module.bytes(), field, field + " ended with " + e);
        }
    }
}
