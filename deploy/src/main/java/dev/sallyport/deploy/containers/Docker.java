package dev.sallyport.deploy.containers;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The {@code docker} command. */
final class Docker {
    private Docker() {}

    /**
     * Runs it and answers what it printed.
     *
     * @throws ContainersException with all that it said when it did not end with 0
     */
    static String demand(List<String> arguments) throws InterruptedException {
        Process process = start(builder(arguments).redirectErrorStream(true));
        String said = read(process);
        if (process.waitFor() != 0) {
            throw new ContainersException("docker " + String.join(" ", arguments) + "\n" + said);
        }
        return said;
    }

    /** Runs it silently and answers its exit code. */
    static int attempt(String... arguments) throws InterruptedException {
        return start(builder(List.of(arguments))
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD))
                .waitFor();
    }

    /** What it prints on standard output, whatever it ends with. */
    static String output(String... arguments) throws InterruptedException {
        Process process = start(builder(List.of(arguments)).redirectError(ProcessBuilder.Redirect.DISCARD));
        String said = read(process);
        process.waitFor();
        return said;
    }

    /** Runs it with this process's terminal and answers its exit code. */
    static int attached(List<String> arguments) throws InterruptedException {
        return start(builder(arguments).inheritIO()).waitFor();
    }

    private static ProcessBuilder builder(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of("docker"));
        command.addAll(arguments);
        return new ProcessBuilder(command);
    }

    private static Process start(ProcessBuilder builder) {
        try {
            return builder.start();
        } catch (IOException e) {
            throw new ContainersException("docker cannot be started: " + e.getMessage(), e);
        }
    }

    private static String read(Process process) {
        try {
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new ContainersException("docker cannot be read from: " + e.getMessage(), e);
        }
    }
}
