package dev.sallyport.e2e.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A command as a user types it, with what it printed. */
public record Command(int exitCode, String output, String errors) {
    /** Runs to the end; a command that does not end in time is killed and fails the test. */
    public static Command run(
            List<String> arguments, Map<String, String> environment, String stdin, Duration patience) {
        try {
            Path out = Files.createTempFile("sallyport-out", ".txt");
            Path err = Files.createTempFile("sallyport-err", ".txt");
            ProcessBuilder builder = new ProcessBuilder(arguments)
                    .directory(Repository.root().toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile());
            builder.environment().putAll(environment);
            builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
            Process process = builder.start();
            process.getOutputStream().write(stdin.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().close();
            if (!process.waitFor(patience.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(arguments + " did not end in " + patience + "\n" + Files.readString(out)
                        + Files.readString(err));
            }
            Command ended = new Command(process.exitValue(), Files.readString(out), Files.readString(err));
            Files.delete(out);
            Files.delete(err);
            return ended;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String toString() {
        return "exit " + exitCode + "\n" + output + errors;
    }
}
