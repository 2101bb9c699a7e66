package dev.sallyport.cli;

import dev.sallyport.cli.command.MissingCommandException;
import dev.sallyport.cli.command.RootCommand;
import dev.sallyport.cli.command.Surroundings;
import dev.sallyport.cli.failure.CommandFailure;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.failure.FleetFailure;
import dev.sallyport.cli.failure.Problem;
import dev.sallyport.cli.output.Json;
import dev.sallyport.cli.output.VisibleText;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import tools.jackson.databind.node.ObjectNode;

/** The entry point of the {@code sallyport} command. */
public final class Sallyport {
    private Sallyport() {}

    /** Runs the command line and ends the process with its {@link ExitCode}. */
    public static void main(String[] arguments) {
        // The schema validator logs through SLF4J, and a command has nowhere to log to: say nothing about that.
        System.setProperty("slf4j.internal.verbosity", "ERROR");
        System.exit(execute(Surroundings.ofThisProcess(), arguments));
    }

    /** Runs the command line in these surroundings and answers the exit code's number. */
    public static int execute(Surroundings surroundings, String... arguments) {
        CommandLine commandLine = SallyportCommand.line(surroundings, arguments);
        RootCommand root = (RootCommand) commandLine.getCommandSpec().userObject();
        commandLine
                .setOut(new PrintWriter(surroundings.out(), true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(surroundings.err(), true, StandardCharsets.UTF_8))
                .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExpandAtFiles(false)
                .setUsageHelpLongOptionsMaxWidth(28)
                .setUsageHelpWidth(100)
                .setParameterExceptionHandler((failure, _) -> usage(failure))
                .setExecutionExceptionHandler((failure, _, _) -> failed(root, failure));
        commandLine.getSubcommands().values().forEach(Sallyport::tidyHelp);
        commandLine.getCommandSpec().usageMessage().exitCodeListHeading("%nExit codes:%n");
        commandLine.getCommandSpec().usageMessage().exitCodeList(exitCodes());
        int exit = commandLine.execute(arguments);
        surroundings.out().flush();
        surroundings.err().flush();
        return exit;
    }

    private static Map<String, String> exitCodes() {
        Map<String, String> lines = new LinkedHashMap<>();
        for (ExitCode code : ExitCode.values()) {
            lines.put("%2d".formatted(code.number()), code.meaning());
        }
        return lines;
    }

    /** Below the root, help shows a command's own options only: the global ones are in {@code sallyport --help}. */
    private static void tidyHelp(CommandLine command) {
        CommandSpec spec = command.getCommandSpec();
        spec.usageMessage().footerHeading(footerHeading(spec));
        spec.usageMessage().abbreviateSynopsis(true);
        command.getHelpSectionMap()
                .put(
                        CommandLine.Model.UsageMessageSpec.SECTION_KEY_OPTION_LIST,
                        help -> help.optionListExcludingGroups(help.commandSpec().options().stream()
                                .filter(option -> !option.inherited())
                                .toList()));
        command.getSubcommands().values().forEach(Sallyport::tidyHelp);
    }

    private static String footerHeading(CommandSpec spec) {
        return spec.usageMessage().footer().length == 0 ? "" : "%nExamples:%n";
    }

    private static int usage(ParameterException failure) {
        CommandLine command = failure.getCommandLine();
        PrintWriter err = command.getErr();
        String unknown = unknownCommand(failure);
        String message = unknown == null
                ? String.valueOf(failure.getMessage())
                : "`" + command.getCommandSpec().qualifiedName() + "` has no command `" + unknown + "`. It has:";
        err.println("sallyport: " + VisibleText.oneLine(message));
        if (unknown != null || failure instanceof MissingCommandException) {
            err.println();
            err.print(command.getHelp().commandList());
            err.println();
        } else {
            CommandLine.UnmatchedArgumentException.printSuggestions(failure, err);
        }
        err.println("See: " + command.getCommandSpec().qualifiedName() + " --help");
        return ExitCode.USAGE.number();
    }

    /** The word that stands where a command of a group should; null when something else is wrong. */
    private static @Nullable String unknownCommand(ParameterException failure) {
        if (!(failure instanceof CommandLine.UnmatchedArgumentException unmatched)
                || failure.getCommandLine().getSubcommands().isEmpty()
                || unmatched.getUnmatched().isEmpty()) {
            return null;
        }
        String first = unmatched.getUnmatched().getFirst();
        return first.startsWith("-") ? null : first;
    }

    private static int failed(RootCommand root, Exception failure) {
        return switch (failure) {
            case CommandFailure known -> {
                root.results().failure(String.valueOf(known.getMessage()), document(known));
                yield known.exitCode().number();
            }
            case ParameterException wrong -> usage(wrong);
            default -> {
                PrintStream err = root.surroundings().err();
                root.results().warning("this is a fault of this program: " + failure);
                err.println("Please report it with what you did.");
                if (root.surroundings().environment().containsKey("SALLYPORT_DEBUG")) {
                    failure.printStackTrace(err);
                }
                yield ExitCode.INTERNAL.number();
            }
        };
    }

    private static ObjectNode document(CommandFailure failure) {
        ObjectNode document = Json.mapper().createObjectNode();
        document.put("error", String.valueOf(failure.getMessage()))
                .put("exit_code", failure.exitCode().number());
        Problem problem = failure instanceof FleetFailure fleet ? fleet.problem() : null;
        if (problem != null) {
            document.put("status", problem.status()).put("code", problem.code());
        }
        return document;
    }
}
