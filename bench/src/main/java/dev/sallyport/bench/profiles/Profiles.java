package dev.sallyport.bench.profiles;

import dev.sallyport.arguments.profile.ExecutableProfiles;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The command {@code bench/profiles}. */
public final class Profiles {
    private static final String USAGE = """
            Usage: bench/profiles [--json FILE] [FOLDER]

              FOLDER        files of JSON lines {executable, args, stdin?, expect?} that end in .jsonl, .ndjson or .json;
                            expect: unattended, asked, denied or guarded (asked or denied).
                            Left out: the cases of libs/arguments.
              --json FILE   write {profiles, cases, unattended, asked, denied, programs, mismatches}

            Exit status: 0 when every expectation is met, 1 when one is not, 2 for a bad command line or case.
            """;
    private static final int NOT_MET = 1;
    private static final int BAD_INPUT = 2;

    private Profiles() {}

    /** Reads the cases, reports and exits. */
    public static void main(String... arguments) {
        Path checkout = Path.of(System.getProperty("sallyport.checkout", "")).toAbsolutePath();
        System.exit(run(checkout, System.out, System.err, List.of(arguments)));
    }

    static int run(Path checkout, PrintStream out, PrintStream err, List<String> arguments) {
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
        try {
            ProfileReport report = new ProfileReport(
                    ExecutableProfiles.shipped(),
                    CaseFolder.read(folder == null ? checkout.resolve("libs/arguments/src/test/cases") : folder));
            report.print(out);
            if (json != null) {
                Files.writeString(json, report.json() + "\n");
            }
            return report.allMet() ? 0 : NOT_MET;
        } catch (IOException | IllegalArgumentException e) {
            err.println("sallyport: " + e.getMessage());
            return BAD_INPUT;
        }
    }
}
