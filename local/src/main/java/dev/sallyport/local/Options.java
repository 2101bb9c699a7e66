package dev.sallyport.local;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The command line.
 *
 * @param home the fleet's folder
 * @param checkout the built project
 * @param demo finish the main job unattended and end
 * @param reset remove all state first
 * @param help only print the usage
 */
record Options(Path home, Path checkout, boolean demo, boolean reset, boolean help) {

    static final String USAGE = """
            Usage: bin/run [--demo] [--reset] [--home FOLDER]

              --demo          approve the waiting call, verify the evidence offline, stop, exit 0
              --reset         remove all state of the fleet first
              --home FOLDER   where state is kept (default: $SALLYPORT_HOME, else /var/lib/sallyport
                              for root and ~/.sallyport for others)
            """;

    /** Bad command lines. */
    static final class UsageException extends RuntimeException {
        UsageException(String message) {
            super(message);
        }
    }

    static Options parse(String[] arguments, @Nullable String homeVariable, Path userHome, boolean root) {
        Path home = homeVariable != null && !homeVariable.isBlank()
                ? Path.of(homeVariable)
                : root ? Path.of("/var/lib/sallyport") : userHome.resolve(".sallyport");
        Path checkout = Path.of("");
        boolean demo = false;
        boolean reset = false;
        boolean help = false;
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "--demo" -> demo = true;
                case "--reset" -> reset = true;
                case "--help", "-h" -> help = true;
                case "--home" -> home = Path.of(value(arguments, ++i, "--home"));
                case "--checkout" -> checkout = Path.of(value(arguments, ++i, "--checkout"));
                default -> throw new UsageException("Unknown option " + arguments[i]);
            }
        }
        return new Options(
                home.toAbsolutePath().normalize(), checkout.toAbsolutePath().normalize(), demo, reset, help);
    }

    private static String value(String[] arguments, int index, String option) {
        if (index >= arguments.length) {
            throw new UsageException(option + " needs a folder");
        }
        return arguments[index];
    }
}
