package dev.sallyport.local;

import dev.sallyport.local.fleet.Training;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The command line.
 *
 * @param home the fleet's folder
 * @param checkout the built project
 * @param demo finish the main job unattended and end
 * @param reset remove all state first
 * @param help only print the usage
 * @param replicas of each service; null for as many as at the last start, at first 1
 * @param nodes likewise
 * @param training what AOT caches are made from, for the next start
 * @param record of a fleet that works on calls to make another's caches: the folder of that one's programs; null of any
 *     other
 */
record Options(
        Path home,
        Path checkout,
        boolean demo,
        boolean reset,
        boolean help,
        @Nullable Integer replicas,
        @Nullable Integer nodes,
        Training training,
        @Nullable Path record) {
    /** The help; {@code bin/run --help} prints the same file without building. */
    static String usage() {
        try (InputStream text = Objects.requireNonNull(Options.class.getResourceAsStream("usage.txt"))) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A bad command line; the message says what is wrong. */
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
        Integer replicas = null;
        Integer nodes = null;
        Training training = Training.START;
        Path record = null;
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "--demo" -> demo = true;
                case "--reset" -> reset = true;
                case "--help", "-h" -> help = true;
                case "--home" -> home = Path.of(value(arguments, ++i, "--home"));
                case "--replicas" -> replicas = count(arguments, ++i, "--replicas");
                case "--nodes" -> nodes = count(arguments, ++i, "--nodes");
                case "--training" -> training = training(arguments, ++i);
                case "--record" -> record = Path.of(value(arguments, ++i, "--record"));
                case "--checkout" -> checkout = Path.of(value(arguments, ++i, "--checkout"));
                default -> throw new UsageException("Unknown option " + arguments[i]);
            }
        }
        return new Options(
                home.toAbsolutePath().normalize(),
                checkout.toAbsolutePath().normalize(),
                demo,
                reset,
                help,
                replicas,
                nodes,
                training,
                record);
    }

    private static Training training(String[] arguments, int index) {
        String value = index < arguments.length ? arguments[index] : "";
        return Stream.of(Training.values())
                .filter(training -> training.id().equals(value))
                .findFirst()
                .orElseThrow(() -> new UsageException("--training needs none, start or calls"));
    }

    private static int count(String[] arguments, int index, String option) {
        String value = index < arguments.length ? arguments[index] : "";
        return switch (value) {
            case "1" -> 1;
            case "2" -> 2;
            default -> throw new UsageException(option + " needs 1 or 2");
        };
    }

    private static String value(String[] arguments, int index, String option) {
        if (index >= arguments.length) {
            throw new UsageException(option + " needs a folder");
        }
        return arguments[index];
    }
}
