package dev.sallyport.local.home;

import dev.sallyport.embedded.BackendException;
import dev.sallyport.embedded.OsUser;
import dev.sallyport.embedded.PrivateFiles;
import dev.sallyport.local.supervise.Progress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Keeps {@code status.json}: every process with its state, what is known about that, and, once it is ready, its process
 * id. For scripts; replaced at every change, later where it cannot be now: a full disk must not end the supervision.
 */
public final class StatusFile implements Progress {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private final Path file;
    private final ObjectNode processes = JSON.createObjectNode();
    private boolean late;

    /** In that home. */
    public StatusFile(FleetHome home) {
        this.file = home.folder().resolve("status.json");
    }

    @Override
    public synchronized void changed(String component, State state, String note) {
        ObjectNode process =
                processes.putObject(component).put("state", state.name().toLowerCase(Locale.ROOT));
        if (!note.isEmpty()) {
            process.put("note", note);
        }
        write();
    }

    @Override
    public synchronized void ready(String component, long pid) {
        processes.putObject(component).put("state", "ready").put("pid", pid);
        write();
    }

    private void write() {
        if (!late && !written()) {
            late = true;
            Thread.ofVirtual().start(this::writeLater);
        }
    }

    private void writeLater() {
        try {
            boolean open = true;
            while (open) {
                Thread.sleep(AGAIN);
                open = !caughtUp();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean caughtUp() {
        late = !written();
        return !late;
    }

    private boolean written() {
        try {
            PrivateFiles.write(
                    file, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(processes), OsUser.current());
            return true;
        } catch (BackendException e) {
            if (!late) {
                System.err.println("sallyport: " + e.getMessage() + ", tried again every second: " + e.getCause());
            }
            return false;
        }
    }
}
