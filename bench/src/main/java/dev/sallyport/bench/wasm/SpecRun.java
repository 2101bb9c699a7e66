package dev.sallyport.bench.wasm;

import dev.sallyport.bench.wasm.SpecModule.Scanned;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
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
    private final Map<String, Integer> counts = new TreeMap<>();
    private final List<String> mismatches = new ArrayList<>();

    /** The module that the last command made; null where it is one that no skill may have. */
    private @Nullable SpecModule current;

    private final Map<String, SpecModule> named = new HashMap<>();

    SpecRun(Path folder) {
        this.folder = folder;
    }

    /** How often each kind of command was judged, how many were left out, and what did not agree. */
    record Report(int scripts, Map<String, Integer> counts, List<String> mismatches) {}

    /**
     * Runs all scripts.
     *
     * @throws IllegalArgumentException a script cannot be read, or there is none
     */
    Report run() throws IOException {
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
        return new Report(scripts.size(), counts, mismatches);
    }

    private void run(Path script) throws IOException {
        current = null;
        named.clear();
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
                    text -> mismatches.add(where + " " + command.path("type").asString("") + ": " + text));
        }
    }

    private Optional<String> judge(Path script, JsonNode command) throws IOException {
        return switch (command.path("type").asString("")) {
            case "module" -> module(bytes(script, command), command.path("name").asString(""));
            case "assert_malformed", "assert_invalid" -> refused(script, command);
            case "assert_uninstantiable" -> traps(bytes(script, command));
            case "action" -> acted(command.path("action"), List.of(), true);
            case "assert_return" -> acted(command.path("action"), values(command.path("expected")), true);
            case "assert_trap", "assert_exhaustion" -> acted(command.path("action"), List.of(), false);
            default -> leftOut();
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

    private Optional<String> judged(String what, @Nullable String mismatch) {
        counts.merge(what, 1, Integer::sum);
        return Optional.ofNullable(mismatch);
    }

    private Optional<String> leftOut() {
        counts.merge("left_out", 1, Integer::sum);
        return Optional.empty();
    }

    private Optional<String> module(byte[] bytes, String name) {
        current = null;
        switch (SpecModule.scan(bytes)) {
            case BEYOND -> {
                return leftOut();
            }
            case MALFORMED -> {
                return judged("modules", "the scan calls it malformed");
            }
            case ACCEPTED -> {
                try {
                    current = SpecModule.instantiate(bytes);
                    if (!name.isEmpty()) {
                        named.put(name, current);
                    }
                    return judged("modules", null);
                } catch (RuntimeException | StackOverflowError e) {
                    return judged("modules", "the engine refuses it: " + e.getMessage());
                }
            }
        }
        throw new IllegalStateException("no such verdict");
    }

    private Optional<String> refused(Path script, JsonNode command) throws IOException {
        if (!command.path("module_type").asString("").equals("binary")) {
            return leftOut();
        }
        byte[] bytes = bytes(script, command);
        boolean refused = SpecModule.scan(bytes) != Scanned.ACCEPTED
                || SpecModule.refusal(bytes).isPresent();
        return judged(
                "refusals",
                refused
                        ? null
                        : "it is accepted, but should be refused: "
                                + command.path("text").asString(""));
    }

    private Optional<String> traps(byte[] bytes) {
        if (SpecModule.scan(bytes) != Scanned.ACCEPTED) {
            return leftOut();
        }
        try {
            SpecModule.instantiate(bytes);
            return judged("traps", "it was instantiated");
        } catch (RuntimeException | StackOverflowError _) {
            return judged("traps", null);
        }
    }

    private static List<SpecValue> values(JsonNode values) {
        List<SpecValue> read = new ArrayList<>();
        values.forEach(value -> read.add(SpecValue.of(value)));
        return read;
    }

    private Optional<String> acted(JsonNode action, List<SpecValue> expected, boolean answers) {
        SpecModule module =
                action.has("module") ? named.get(action.path("module").asString()) : current;
        List<SpecValue> arguments = values(action.path("args"));
        if (module == null
                || !Stream.concat(arguments.stream(), expected.stream()).allMatch(SpecValue::isNumber)) {
            return leftOut();
        }
        String what = answers ? "answers" : "traps";
        String field = action.path("field").asString("");
        try {
            long[] results = action.path("type").asString("").equals("get")
                    ? new long[] {module.variable(field)}
                    : module.call(
                            field, arguments.stream().mapToLong(SpecValue::bits).toArray());
            if (!answers) {
                return judged(what, field + " has answered");
            }
            boolean same = results.length == expected.size() || expected.isEmpty();
            for (int at = 0; same && at < expected.size(); at++) {
                same = expected.get(at).matches(results[at]);
            }
            return judged(what, same ? null : field + " has answered something else than " + expected);
        } catch (RuntimeException | StackOverflowError e) {
            return judged(what, answers ? field + " trapped: " + e.getMessage() : null);
        }
    }
}
