package dev.sallyport.e2e.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;

/**
 * One process of a running fleet: {@code postgresql}, {@code kafka}, a service ({@code policy-service}, its second
 * replica {@code policy-service-2}), a node ({@code node-default-node-1}).
 *
 * <p>The supervisor starts again whatever ends, half a second later, then with longer pauses (15 s at most; from the
 * beginning after 30 s of use). What must stay down is {@linkplain #holdDown held} before it is ended.
 */
public final class FleetPart {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Fleet fleet;
    private final String name;

    FleetPart(Fleet fleet, String name) {
        this.fleet = fleet;
        this.name = name;
    }

    public String name() {
        return name;
    }

    /** The process id of the one that became ready last, whether it lives or not. */
    public long pid() {
        JsonNode pid = status().path("pid");
        if (!pid.isNumber()) {
            throw new IllegalStateException(name + " is not ready: " + status());
        }
        return pid.longValue();
    }

    /**
     * What the supervisor says: {@code ready}, {@code restarting}, {@code held}, {@code starting}, {@code stopped} …
     */
    public String state() {
        return status().path("state").asString("");
    }

    boolean alive() {
        return ProcessHandle.of(pid()).map(ProcessHandle::isAlive).orElse(false);
    }

    /** As {@code kill -9}; returns when it is gone. The supervisor starts it again unless it is held. */
    public void kill() {
        end("KILL");
    }

    /** Asks it to end in an orderly way; returns when it is gone. The supervisor starts it again unless it is held. */
    public void terminate() {
        end("TERM");
    }

    /** As SIGSTOP does to all its threads. What it has started goes on: a node's tools, PostgreSQL's sessions. */
    public void pause() {
        signal(pid(), "STOP");
    }

    /** As SIGCONT does. */
    public void resume() {
        signal(pid(), "CONT");
    }

    /** From its next end on it is not started again until {@link #letGo}. */
    public void holdDown() {
        try {
            Path file = holdFile();
            Files.createDirectories(file.getParent());
            Files.write(file, new byte[0]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** It is started again. */
    public void letGo() {
        try {
            Files.deleteIfExists(holdFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Kills it and keeps it down; returns when the supervisor knows. */
    public void killAndHold() {
        holdDown();
        kill();
        awaitState("held");
    }

    /** Ends {@link #killAndHold}; returns when it is ready for use. */
    public void bringBack() {
        letGo();
        awaitState("ready");
    }

    /** Kills it and returns when its successor is ready for use. */
    public void killAndAwaitSuccessor() {
        long before = pid();
        kill();
        awaitReadyAfter(before);
    }

    /** Returns when a process other than that one is ready. */
    public void awaitReadyAfter(long pid) {
        Awaitility.await(name + " to be ready again; see " + log())
                .atMost(PATIENCE)
                .until(() -> {
                    JsonNode status = status();
                    return status.path("state").asString("").equals("ready")
                            && status.path("pid").longValue() != pid;
                });
    }

    /** Returns when the supervisor says so. */
    public void awaitState(String state) {
        Awaitility.await(name + " to be " + state + "; see " + log())
                .atMost(PATIENCE)
                .until(() -> state().equals(state));
    }

    /** What it has written since its last start; that of the start before is beside it with the suffix {@code .1}. */
    public Path log() {
        return fleet.home().resolve("logs").resolve(name + ".log");
    }

    /** Its folder; below {@code state} what it keeps, in {@code application.properties} its configuration. */
    Path folder() {
        return fleet.home().resolve(name);
    }

    /** Its identity directory. */
    public Path identity() {
        return fleet.home().resolve("identities").resolve(name);
    }

    /** The environment that it was started with. */
    public Map<String, String> environment() {
        return words("environ").stream()
                .filter(entry -> entry.indexOf('=') > 0)
                .collect(Collectors.toMap(
                        entry -> entry.substring(0, entry.indexOf('=')),
                        entry -> entry.substring(entry.indexOf('=') + 1)));
    }

    /** Its command line, as every user of the machine sees it. */
    public List<String> commandLine() {
        return words("cmdline");
    }

    private List<String> words(String file) {
        String all = new String(readAll(Path.of("/proc", Long.toString(pid()), file)), StandardCharsets.UTF_8);
        return Arrays.stream(all.split("\0")).filter(word -> !word.isEmpty()).toList();
    }

    private JsonNode status() {
        return fleet.status().path(name);
    }

    private Path holdFile() {
        return fleet.home().resolve("hold").resolve(name);
    }

    private void end(String signal) {
        long pid = pid();
        signal(pid, signal);
        Awaitility.await(name + " to end")
                .atMost(PATIENCE)
                .until(() -> !ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false));
    }

    private static void signal(long pid, String signal) {
        Command sent = Command.run(List.of("kill", "-" + signal, Long.toString(pid)), Map.of(), "", PATIENCE);
        if (sent.exitCode() != 0) {
            throw new IllegalStateException("kill -" + signal + " " + pid + ": " + sent);
        }
    }

    private static byte[] readAll(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
