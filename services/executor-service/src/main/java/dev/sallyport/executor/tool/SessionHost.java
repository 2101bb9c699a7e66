package dev.sallyport.executor.tool;

import dev.sallyport.executor.platform.Platform;
import dev.sallyport.executor.platform.ToolUser;
import dev.sallyport.executor.sandbox.ToolFailure;
import dev.sallyport.executor.sandbox.WorkspaceQuota;
import dev.sallyport.executor.skill.SkillWeb;
import dev.sallyport.executor.workspace.FileRefusal;
import dev.sallyport.executor.workspace.SkillStore;
import dev.sallyport.executor.workspace.WorkspaceFiles;
import dev.sallyport.skillrunner.host.HostFile;
import dev.sallyport.skillrunner.host.HostRefusedException;
import dev.sallyport.skillrunner.host.HostRequest;
import dev.sallyport.skillrunner.host.SkillHost;
import dev.sallyport.skillrunner.host.SkillValues;
import dev.sallyport.skills.module.HostAnswer;
import dev.sallyport.statements.predicate.Limits;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of a session, the values that a skill keeps for it, and the web, for one call. What it keeps is another's to
 * see once the call has ended: until then calls of the same session that ask for values of that skill wait. A module asks
 * one question at a time, so one lock is for all of them and for the end.
 */
final class SessionHost implements SkillHost, Closeable {
    private static final Logger log = LoggerFactory.getLogger(SessionHost.class);

    /**
     * One at a time: for the files of a workspace, and for the values of a skill in a session. Whoever waits does so for
     * nobody but those who want the same, in the order of asking; no module can make another session wait. A turn may be
     * given back by another thread than took it.
     */
    static final class Turns {
        private final Map<String, Place> places = new ConcurrentHashMap<>();

        private static final class Place {
            private final Semaphore free = new Semaphore(1, true);
            private int wanted;
        }

        /** A turn that was taken, to be given back once. */
        final class Turn {
            private final String key;
            private final Place place;

            private Turn(String key, Place place) {
                this.key = key;
                this.place = place;
            }

            void release() {
                place.free.release();
                leave(key);
            }
        }

        Turn takeFiles(Path workspace) throws InterruptedException {
            return take("files " + workspace);
        }

        Turn takeValues(Path workspace, String skill) throws InterruptedException {
            return take("values " + skill + " " + workspace);
        }

        private Turn take(String key) throws InterruptedException {
            Place place = places.compute(key, (_, there) -> {
                Place wanted = there == null ? new Place() : there;
                wanted.wanted++;
                return wanted;
            });
            boolean taken = false;
            try {
                place.free.acquire();
                taken = true;
                return new Turn(key, place);
            } finally {
                if (!taken) {
                    leave(key);
                }
            }
        }

        private void leave(String key) {
            places.computeIfPresent(key, (_, place) -> --place.wanted == 0 ? null : place);
        }

        /** How many are taken or waited for. */
        int places() {
            return places.size();
        }
    }

    private final Platform platform;
    private final @Nullable ToolUser owner;
    private final ToolCall call;
    private final String skill;
    private final Turns turns;
    private final SkillWeb web;
    private final int workspaceFiles;
    private @Nullable SkillStore store;
    private @Nullable SkillValues values;
    private Turns.@Nullable Turn turn;
    private boolean over;

    SessionHost(Platform platform, @Nullable ToolUser owner, ToolCall call, String skill, Turns turns, SkillWeb web) {
        this(platform, owner, call, skill, turns, web, WorkspaceQuota.USUAL_FILES);
    }

    /**
     * The same with a number of files of the operator's.
     *
     * @param workspaceFiles files and folders that a workspace may hold
     */
    SessionHost(
            Platform platform,
            @Nullable ToolUser owner,
            ToolCall call,
            String skill,
            Turns turns,
            SkillWeb web,
            int workspaceFiles) {
        this.workspaceFiles = workspaceFiles;
        this.platform = platform;
        this.owner = owner;
        this.call = call;
        this.skill = skill;
        this.turns = turns;
        this.web = web;
    }

    private WorkspaceFiles files() {
        return new WorkspaceFiles(platform, call.workspace().get(), owner);
    }

    /** A call that is over is answered nothing, however late its question begins. */
    private void begin() throws HostRefusedException {
        if (over || Thread.currentThread().isInterrupted()) {
            throw new HostRefusedException(HostAnswer.REFUSED);
        }
    }

    @Override
    public synchronized HostFile readFile(String path, int most) throws HostRefusedException {
        begin();
        try {
            WorkspaceFiles.Content content = files().read(path, 0, most);
            return new HostFile(content.bytes(), content.totalBytes());
        } catch (FileRefusal e) {
            throw new HostRefusedException(
                    e.code() == FileRefusal.Code.FILE_NOT_FOUND ? HostAnswer.NOT_FOUND : HostAnswer.REFUSED);
        } catch (ToolFailure _) {
            throw new HostRefusedException(HostAnswer.REFUSED);
        }
    }

    @Override
    public synchronized void writeFile(String path, byte[] content) throws HostRefusedException {
        begin();
        Limits limits = call.terms().limits();
        WorkspaceQuota quota = new WorkspaceQuota(limits.workspaceBytes(), workspaceFiles);
        Path workspace = call.workspace().get();
        Turns.Turn writer;
        try {
            writer = turns.takeFiles(workspace);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new HostRefusedException(HostAnswer.REFUSED);
        }
        try {
            write(workspace, path, content, quota);
        } catch (FileRefusal | ToolFailure _) {
            throw new HostRefusedException(HostAnswer.REFUSED);
        } finally {
            writer.release();
        }
    }

    private void write(Path workspace, String path, byte[] content, WorkspaceQuota quota)
            throws FileRefusal, HostRefusedException {
        // It may have waited for its turn.
        begin();
        call.stillWanted().run();
        files().write(
                        path,
                        content,
                        WorkspaceFiles.Mode.REPLACE,
                        call.terms().limits().fileBytes(),
                        quota);
        // Other tools of the same session may have written meanwhile.
        quota.check(platform, workspace);
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
        begin();
        if (values != null) {
            return values;
        }
        Path workspace = call.workspace().get();
        try {
            turn = turns.takeValues(workspace, skill);
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

    @Override
    public synchronized byte[] request(HostRequest request, int most) throws HostRefusedException {
        begin();
        return web.request(request, most);
    }

    SkillWeb web() {
        return web;
    }

    /** The call has an answer: what it kept is there for the next one. */
    synchronized void commit() throws IOException {
        if (store != null && values != null && values.changed()) {
            store.write(values);
        }
    }

    /**
     * The call has ended: what is being answered is over when this returns, and nothing is answered any more. Whoever still
     * waits for a server is ended first.
     */
    @Override
    public void close() {
        web.close();
        end();
    }

    private synchronized void end() {
        over = true;
        if (turn != null) {
            turn.release();
            turn = null;
        }
    }
}
