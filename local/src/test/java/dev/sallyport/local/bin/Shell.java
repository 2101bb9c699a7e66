package dev.sallyport.local.bin;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** Runs bash in the checkout as a user whose home folder is a temporary one. */
final class Shell {
    /** What a run said, both streams together, and its exit code. */
    record Ran(int exit, String said) {}

    private static final Path CHECKOUT = checkout();

    private final Path userHome;

    Shell(Path userHome) {
        this.userHome = userHome;
    }

    /** Runs a script after the libraries of bin have been read; its arguments are {@code $1} and so on. */
    Ran script(String script, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "bash",
                "-c",
                "set -euo pipefail; for lib in prerequisites homes uninstall; do . bin/lib/$lib.sh; done\n" + script,
                "script"));
        command.addAll(List.of(arguments));
        return run("", command);
    }

    /** Runs a command with a text on its standard input. */
    Ran run(String input, List<String> command) throws Exception {
        Path said = Files.createTempFile(userHome, "said", ".txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(CHECKOUT.toFile())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile());
        builder.environment().put("HOME", userHome.toString());
        builder.environment()
                .keySet()
                .removeIf(name -> name.startsWith("SALLYPORT_")
                        || name.startsWith("XDG_")
                        || name.toLowerCase(Locale.ROOT).endsWith("_proxy"));
        Process process = builder.start();
        try (var in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException _) {
            // It ended without reading.
        }
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("Did not end: " + command);
        }
        String text = Files.readString(said);
        Files.delete(said);
        return new Ran(process.exitValue(), text);
    }

    private static Path checkout() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("mvnw"))) {
            folder = Objects.requireNonNull(folder.getParent(), "run below the checkout");
        }
        return folder;
    }

    static Path file(String name) {
        return CHECKOUT.resolve(name);
    }
}
