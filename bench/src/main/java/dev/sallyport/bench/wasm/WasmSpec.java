package dev.sallyport.bench.wasm;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code bench/wasm-spec}: the official WebAssembly test suite against what runs skills. */
public final class WasmSpec {
    private static final String USAGE = """
            Usage: bench/wasm-spec [--json FILE] FOLDER

            Goes through the scripts of FOLDER, which wast2json has made of the WebAssembly test suite, with the scan, the
            metering and the engine of skills. What no skill may use (imports but the host's, several memories or tables,
            vectors, references …) is left out and counted by the reason; so is what comes out otherwise for a reason that
            is known (known-differences.txt).

              --json FILE   write {scripts, counts, left_out, known_differences, mismatches}

            Exit status: 0 when all else is as the scripts say, 1 when something differs, 2 for a bad command line or folder.
            """;
    private static final int DIFFERS = 1;
    private static final int BAD_INPUT = 2;

    /** As much as a call of a skill has. */
    private static final long STACK = 2 << 20;

    private static final int MOST_SHOWN = 100;

    private WasmSpec() {}

    /** Runs the scripts, reports and exits. */
    public static void main(String... arguments) {
        System.exit(run(System.out, System.err, List.of(arguments)));
    }

    static int run(PrintStream out, PrintStream err, List<String> arguments) {
        @Nullable Path json = null;
        @Nullable Path folder = null;
        Iterator<String> left = arguments.iterator();
        while (left.hasNext()) {
            String argument = left.next();
            if (argument.equals("--help")) {
                out.print(USAGE);
                return 0;
            } else if (argument.equals("--json") && left.hasNext() && json == null) {
                json = Path.of(left.next());
            } else if (!argument.startsWith("-") && folder == null) {
                folder = Path.of(argument);
            } else {
                err.println("sallyport: " + argument + " is not understood");
                err.print(USAGE);
                return BAD_INPUT;
            }
        }
        if (folder == null || !Files.isDirectory(folder)) {
            err.println("sallyport: name the folder of the scripts");
            err.print(USAGE);
            return BAD_INPUT;
        }
        try {
            SpecTally.Report report = report(folder);
            print(out, report);
            if (json != null) {
                Files.writeString(json, json(report) + "\n");
            }
            return report.mismatches().isEmpty() ? 0 : DIFFERS;
        } catch (IOException | ExecutionException | InterruptedException e) {
            Throwable cause = e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
            err.println("sallyport: " + cause.getMessage());
            return BAD_INPUT;
        }
    }

    private static SpecTally.Report report(Path folder) throws ExecutionException, InterruptedException {
        FutureTask<SpecTally.Report> task = new FutureTask<>(new SpecRun(folder, KnownDifferences.checkedIn())::run);
        new Thread(null, task, "wasm-spec", STACK).start();
        return task.get();
    }

    private static void print(PrintStream out, SpecTally.Report report) {
        out.println("scripts: " + report.scripts());
        report.counts().forEach((what, count) -> out.println(what + ": " + count));
        print(out, "left out", report.leftOut());
        print(out, "known differences", report.differences());
        out.println("mismatches: " + report.mismatches().size());
        report.mismatches().stream().limit(MOST_SHOWN).forEach(text -> out.println("  " + text));
    }

    private static void print(PrintStream out, String what, Map<String, Integer> byReason) {
        out.println(what + ": "
                + byReason.values().stream().mapToInt(Integer::intValue).sum());
        byReason.forEach((reason, count) -> out.println("  " + count + " " + reason));
    }

    private static String json(SpecTally.Report report) {
        JsonMapper mapper = JsonMapper.builder().build();
        ObjectNode json = mapper.createObjectNode();
        json.put("scripts", report.scripts());
        report.counts().forEach(json.putObject("counts")::put);
        report.leftOut().forEach(json.putObject("left_out")::put);
        report.differences().forEach(json.putObject("known_differences")::put);
        ArrayNode mismatches = json.putArray("mismatches");
        report.mismatches().forEach(mismatches::add);
        return mapper.writeValueAsString(json);
    }
}
