package dev.sallyport.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * A process that cannot outlive this JVM, whatever ends the JVM, and that may run as another user.
 *
 * <p>The kernel sends the {@linkplain Launch#deathSignal death signal} (prctl(2), PR_SET_PDEATHSIG) when the
 * <em>thread</em> that started the child ends. So each child is started by a thread of its own that lives until the
 * child has ended. It gets a session of its own (setsid(2)), so that a terminal's Ctrl-C reaches this JVM alone, which
 * then stops its children in order. None of them leaves a core dump.
 */
public final class ChildProcess {
    /** What the kernel or {@link #stop} sends. */
    public enum Signal {
        /** Asks a server to read its configuration again. */
        HUP,
        /** Asks to end now without waiting for clients (what PostgreSQL calls a fast shutdown). */
        INT,
        /** Asks to end. */
        TERM,
        /** Ends at once. */
        KILL
    }

    /**
     * How to start it.
     *
     * @param name shown in errors and thread names
     * @param command program by absolute path or found in PATH, then its arguments
     * @param directory working folder
     * @param environment the child's whole environment: nothing is inherited
     * @param log receives standard output and error; the one of the last start is kept with the suffix {@code .1}
     * @param user whom it runs as; another user than this JVM's needs root
     * @param deathSignal sent by the kernel when this JVM has died
     */
    public record Launch(
            String name,
            List<String> command,
            Path directory,
            Map<String, String> environment,
            Path log,
            OsUser user,
            Signal deathSignal) {}

    private static final int LONGEST_LINE = 1_000;

    private final Launch launch;
    private final Process process;

    private ChildProcess(Launch launch, Process process) {
        this.launch = launch;
        this.process = process;
    }

    /** Starts the process and returns as soon as it exists. */
    public static ChildProcess start(Launch launch) {
        var started = new CompletableFuture<Process>();
        Thread.ofPlatform().daemon().name("parent-of-" + launch.name()).start(() -> {
            try {
                Process process = builder(launch).start();
                started.complete(process);
                waitUninterruptibly(process);
            } catch (IOException | RuntimeException e) {
                started.completeExceptionally(e);
            }
        });
        try {
            return new ChildProcess(launch, started.get());
        } catch (ExecutionException e) {
            throw new BackendException(
                    BackendException.Code.UNSUPPORTED_MACHINE,
                    launch.name() + " cannot be started: " + e.getMessage()
                            + " (needs prlimit and setpriv of util-linux)",
                    e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BackendException(BackendException.Code.ENDED_EARLY, launch.name() + ": start interrupted", e);
        }
    }

    private static ProcessBuilder builder(Launch launch) throws IOException {
        // Most of these hold keys in memory, and a core dump is that memory as a file.
        var command = new ArrayList<String>(List.of("prlimit", "--core=0", "setsid", "setpriv"));
        OsUser self = OsUser.current();
        if (launch.user().uid() != self.uid()) {
            command.addAll(List.of(
                    "--reuid=" + launch.user().uid(),
                    "--regid=" + launch.user().gid(),
                    "--clear-groups",
                    "--inh-caps=-all"));
        }
        command.addAll(List.of("--pdeathsig", launch.deathSignal().name(), "--"));
        command.addAll(launch.command());
        if (Files.exists(launch.log())) {
            Files.move(
                    launch.log(),
                    launch.log().resolveSibling(launch.log().getFileName() + ".1"),
                    StandardCopyOption.REPLACE_EXISTING);
        }
        var builder = new ProcessBuilder(command).directory(launch.directory().toFile());
        builder.environment().clear();
        builder.environment().putAll(launch.environment());
        return builder.redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(launch.log().toFile());
    }

    private static void waitUninterruptibly(Process process) {
        // An interrupt must not end this thread: the kernel would take the child's parent for dead.
        process.onExit().join();
    }

    /** The child's process id; it is the program's own, since the launcher replaces itself by it. */
    public long pid() {
        return process.pid();
    }

    /** Whether it still runs. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** Completes when the process has ended, with its exit value (128 + signal number when a signal ended it). */
    public CompletableFuture<Integer> exit() {
        return process.onExit().thenApply(Process::exitValue);
    }

    /** Sends the signal, waits so long for the end, then kills; returns after the process has ended. */
    public void stop(Signal signal, Duration grace) {
        try {
            if (process.isAlive()) {
                send(signal);
            }
            process.onExit().get(grace.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            process.destroyForcibly();
            process.onExit().join();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Sends the signal to the process itself, not to what it has started. */
    public void send(Signal signal) {
        switch (signal) {
            case TERM -> process.destroy();
            case KILL -> process.destroyForcibly();
            case HUP, INT -> {
                try {
                    // The JDK sends TERM and KILL only; the shell's own kill needs no further package.
                    new ProcessBuilder("/bin/sh", "-c", "kill -" + signal + " " + process.pid())
                            .start()
                            .waitFor();
                } catch (IOException e) {
                    throw new BackendException(
                            BackendException.Code.UNSUPPORTED_MACHINE, "/bin/sh cannot be started", e);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    /** An error about this process that ends with the last lines it wrote. */
    public BackendException failure(BackendException.Code code, String what) {
        return new BackendException(code, launch.name() + " " + what + "; log " + launch.log() + ":\n" + tail(8), null);
    }

    private String tail(int lines) {
        Deque<String> last = new ArrayDeque<>();
        try (var reader = Files.newBufferedReader(launch.log())) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                last.addLast(line);
                if (last.size() > lines) {
                    last.removeFirst();
                }
            }
        } catch (IOException e) {
            last.addLast("(the log cannot be read: " + e.getMessage() + ")");
        }
        return last.stream()
                .map(line -> "  " + line.substring(0, Math.min(LONGEST_LINE, line.length())))
                .collect(Collectors.joining("\n"));
    }
}
