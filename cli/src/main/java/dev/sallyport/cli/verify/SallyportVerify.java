package dev.sallyport.cli.verify;

import dev.sallyport.cli.failure.CommandFailure;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.output.OutputFormat;
import dev.sallyport.cli.output.Results;
import dev.sallyport.cli.output.VisibleText;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/**
 * The verifier that is carried alone: the checks of {@code sallyport verify} as a program of their own, which reads the
 * files that it is told of and nothing else. It has no configuration, reads no environment and opens no connection.
 */
@Command(
        name = "sallyport-verify",
        mixinStandardHelpOptions = true,
        versionProvider = SallyportVerify.Version.class,
        description = {
            "Check an evidence bundle of Sallyport offline, claim by claim. Nothing else of Sallyport is needed.",
            "",
            "With --log-key alone the signing CA is taken from the bundle, which the verdict on the trust roots",
            "then says."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every claim holds",
            "1:a claim does not hold, or could not be checked",
            "2:the command line is wrong, or a file on it cannot be read",
            "70:a fault of this program"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  java -jar sallyport-verify.jar 01JD0000000000000000000000.sallyport.zip --trust trust.json",
            "  java -jar sallyport-verify.jar case.sallyport.zip --log-key 'fleet.example/log+1a2b3c4d+AQ…' --json"
        })
public final class SallyportVerify implements Callable<Integer> {
    private final PrintStream out;
    private final PrintStream err;

    @Mixin
    private VerifyOptions options = new VerifyOptions();

    @Option(names = "--json", description = "Print the report as JSON.")
    private boolean json;

    private SallyportVerify(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /** Verifies what the arguments name and ends the process with one of the exit codes in the help. */
    public static void main(String[] arguments) {
        // The schema validator logs through SLF4J, and there is nowhere to log to: say nothing about that.
        System.setProperty("slf4j.internal.verbosity", "ERROR");
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
        int exit = new CommandLine(new SallyportVerify(out, err))
                .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
                .setExpandAtFiles(false)
                .setUsageHelpWidth(100)
                .setParameterExceptionHandler((failure, _) -> usage(err, failure))
                .setExecutionExceptionHandler((failure, _, _) -> failed(err, failure))
                .execute(arguments);
        out.flush();
        err.flush();
        System.exit(exit);
    }

    @Override
    public Integer call() {
        Results results = new Results(out, err, json ? OutputFormat.json : OutputFormat.table);
        return new Verification(options, options.trust()).run(results).number();
    }

    private static int usage(PrintStream err, ParameterException failure) {
        say(err, String.valueOf(failure.getMessage()));
        err.println("See: java -jar sallyport-verify.jar --help");
        return ExitCode.USAGE.number();
    }

    private static int failed(PrintStream err, Exception failure) {
        if (failure instanceof CommandFailure known) {
            say(err, String.valueOf(known.getMessage()));
            return known.exitCode().number();
        }
        say(err, "this is a fault of this program: " + failure);
        return ExitCode.INTERNAL.number();
    }

    private static void say(PrintStream err, String sentence) {
        err.println("sallyport-verify: " + VisibleText.oneLine(sentence));
    }

    /** The version in the jar's manifest. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            @Nullable String version = SallyportVerify.class.getPackage().getImplementationVersion();
            return new String[] {"sallyport-verify " + (version == null ? "(not from a jar)" : version)};
        }
    }
}
