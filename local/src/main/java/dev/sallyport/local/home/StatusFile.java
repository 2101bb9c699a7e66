package dev.sallyport.local.home;

import dev.sallyport.embedded.OsUser;
import dev.sallyport.embedded.PrivateFiles;
import dev.sallyport.local.supervise.Progress;
import java.nio.file.Path;
import java.util.Locale;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Keeps {@code status.json}: every process with its state, what is known about that, and, once it is ready, its process
 * id. For scripts; replaced at every change.
 */
public final class StatusFile implements Progress {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Path file;
    private final ObjectNode processes = JSON.createObjectNode();

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
        PrivateFiles.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(processes), OsUser.current());
    }
}
