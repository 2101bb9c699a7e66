package dev.sallyport.executor.tool;

import dev.sallyport.executor.platform.Platform;
import dev.sallyport.executor.platform.ToolUser;
import dev.sallyport.executor.sandbox.ToolFailure;
import dev.sallyport.executor.sandbox.WorkspaceQuota;
import dev.sallyport.executor.workspace.FileRefusal;
import dev.sallyport.executor.workspace.SkillStore;
import dev.sallyport.executor.workspace.WorkspaceFiles;
import dev.sallyport.skillrunner.host.HostRefusedException;
import dev.sallyport.skillrunner.host.SkillHost;
import dev.sallyport.skillrunner.host.SkillValues;
import dev.sallyport.skills.module.HostAnswer;
import dev.sallyport.statements.predicate.Limits;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of a session, and the values that a skill keeps for it, for one call. What it keeps is another's to see once
 * the call has ended: until then calls of the same session that ask for values of that skill wait.
 */
final class SessionHost implements SkillHost, Closeable {
    private static final Logger log = LoggerFactory.getLogger(SessionHost.class);

    /** More than a module has memory for would be read for nothing. */
    private static final int MOST_READ = 16 << 20;

    /**
     * One at a time: for the files of a workspace, and for the values of a skill in a session. Some share one turn. A call
     * holds the turn for its values to its end and writes files meanwhile, so the two are never the same. A turn may be
     * given back by another thread than took it.
     */
    static final class Turns {
        private final List<Semaphore> files;
        private final List<Semaphore> values;

        Turns() {
            this(64, 1_024);
        }

        Turns(int files, int values) {
            this.files = semaphores(files);
            this.values = semaphores(values);
        }

        private static List<Semaphore> semaphores(int count) {
            return Stream.generate(() -> new Semaphore(1)).limit(count).toList();
        }

        Semaphore ofFiles(Path workspace) {
            return files.get(Math.floorMod(workspace.hashCode(), files.size()));
        }

        Semaphore ofValues(Path workspace, String skill) {
            return values.get(Math.floorMod((workspace + " " + skill).hashCode(), values.size()));
        }
    }

    private final Platform platform;
    private final @Nullable ToolUser owner;
    private final ToolCall call;
    private final String skill;
    private final Turns turns;
    private final int workspaceFiles;
    private @Nullable SkillStore store;
    private @Nullable SkillValues values;
    private @Nullable Semaphore turn;
    private boolean ended;

    SessionHost(Platform platform, @Nullable ToolUser owner, ToolCall call, String skill, Turns turns) {
        this(platform, owner, call, skill, turns, WorkspaceQuota.USUAL_FILES);
    }

    /**
     * The same with a number of files of the operator's.
     *
     * @param workspaceFiles files and folders that a workspace may hold
     */
    SessionHost(
            Platform platform, @Nullable ToolUser owner, ToolCall call, String skill, Turns turns, int workspaceFiles) {
        this.workspaceFiles = workspaceFiles;
        this.platform = platform;
        this.owner = owner;
        this.call = call;
        this.skill = skill;
        this.turns = turns;
    }

    private WorkspaceFiles files() {
        return new WorkspaceFiles(platform, call.workspace().get(), owner);
    }

    @Override
    public byte[] readFile(String path) throws HostRefusedException {
        try {
            WorkspaceFiles.Content content = files().read(path, 0, MOST_READ);
            if (content.totalBytes() > content.bytes().length) {
                throw new HostRefusedException(HostAnswer.REFUSED);
            }
            return content.bytes();
        } catch (FileRefusal e) {
            throw new HostRefusedException(
                    e.code() == FileRefusal.Code.FILE_NOT_FOUND ? HostAnswer.NOT_FOUND : HostAnswer.REFUSED);
        } catch (ToolFailure _) {
            throw new HostRefusedException(HostAnswer.REFUSED);
        }
    }

    @Override
    public synchronized void writeFile(String path, byte[] content) throws HostRefusedException {
        Limits limits = call.terms().limits();
        WorkspaceQuota quota = new WorkspaceQuota(limits.workspaceBytes(), workspaceFiles);
        Path workspace = call.workspace().get();
        Semaphore writer = turns.ofFiles(workspace);
        try {
            writer.acquire();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new HostRefusedException(HostAnswer.REFUSED);
        }
        try {
            WorkspaceFiles files = files();
            checkWanted();
            files.write(path, content, WorkspaceFiles.Mode.REPLACE, limits.fileBytes(), quota);
            // Other tools of the same session may have written meanwhile.
            quota.check(platform, workspace);
        } catch (FileRefusal | ToolFailure _) {
            throw new HostRefusedException(HostAnswer.REFUSED);
        } finally {
            writer.release();
        }
    }

    /** Right before a write: whoever asked for it may be gone. */
    private void checkWanted() throws HostRefusedException {
        if (ended || Thread.currentThread().isInterrupted()) {
            throw new HostRefusedException(HostAnswer.REFUSED);
        }
        call.stillWanted().run();
    }

    @Override
    public synchronized byte[] value(String key) throws HostRefusedException {
        return values().value(key);
    }

    @Override
    public synchronized void keep(String key, byte[] value, long most) throws HostRefusedException {
        values().keep(key, value, most);
    }

    private SkillValues values() throws HostRefusedException {
        if (ended) {
            throw new HostRefusedException(HostAnswer.REFUSED);
        }
        if (values != null) {
            return values;
        }
        Path workspace = call.workspace().get();
        Semaphore own = turns.ofValues(workspace, skill);
        try {
            own.acquire();
            turn = own;
            SkillStore found = new SkillStore(platform, workspace, skill);
            SkillValues kept = found.read();
            store = found;
            values = kept;
            return kept;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new HostRefusedException(HostAnswer.REFUSED);
        } catch (IOException e) {
            log.error("values of the skill {} cannot be read", skill, e);
            throw new HostRefusedException(HostAnswer.REFUSED);
        }
    }

    /** The call has an answer: what it kept is there for the next one. */
    synchronized void commit() throws IOException {
        if (store != null && values != null && values.changed()) {
            store.write(values);
        }
    }

    /** The call has ended; so has what was being written for it, and nothing is from then on. */
    @Override
    public synchronized void close() {
        ended = true;
        if (turn != null) {
            turn.release();
            turn = null;
        }
    }
}
