package dev.sallyport.bench.cedar;

import dev.sallyport.policy.engine.CedarThreads;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The command {@code bench/cedar-corpus}. */
public final class CedarCorpus {
    private static final String USAGE = """
            Usage: bench/cedar-corpus [--json FILE] FOLDER

              FOLDER        cases in the format of Cedar's public integration tests: JSON files with policies, entities,
                            schema, shouldValidate and requests; the files that they name lie in FOLDER
              --json FILE   write {cases, requests, left_out, denied_for_errors, refused, mismatches, slice_percent,
                            differing}

            Exit status: 0 when all is as the cases say, 1 when something differs, 2 for a bad command line or folder.
            """;
    private static final int DIFFERS = 1;
    private static final int BAD_INPUT = 2;
    private static final Duration PATIENCE = Duration.ofHours(4);

    private CedarCorpus() {}

    /** Decides the cases, reports and exits. */
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
        if (folder == null) {
            err.println("sallyport: name the folder of the corpus");
            err.print(USAGE);
            return BAD_INPUT;
        }
        try (CedarThreads threads = new CedarThreads(1, PATIENCE)) {
            CorpusRun run = new CorpusRun(new CorpusFolder(folder));
            CorpusReport report = threads.call(run::run, PATIENCE);
            report.print(out);
            if (json != null) {
                Files.writeString(json, report.json() + "\n");
            }
            return report.allEqual() ? 0 : DIFFERS;
        } catch (IOException | RuntimeException e) {
            err.println("sallyport: " + e.getMessage());
            return BAD_INPUT;
        }
    }
}
