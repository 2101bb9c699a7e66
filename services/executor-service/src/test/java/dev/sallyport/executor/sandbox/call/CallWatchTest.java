package dev.sallyport.executor.sandbox.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.executor.platform.DiskRoom;
import dev.sallyport.executor.platform.EntryName;
import dev.sallyport.executor.platform.OpenFolder;
import dev.sallyport.executor.platform.Platform;
import dev.sallyport.executor.platform.ToolUser;
import dev.sallyport.executor.sandbox.NetworkPlan;
import dev.sallyport.executor.sandbox.Quota;
import dev.sallyport.executor.sandbox.SandboxLimits;
import dev.sallyport.executor.sandbox.SandboxPlan;
import dev.sallyport.executor.sandbox.ToolFailure;
import dev.sallyport.executor.sandbox.ToolFailure.QuotaExceeded;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What ends a call that no limit of the operating system ends, on a disk that is as full as the test says. */
class CallWatchTest {
    @TempDir
    private Path workspace;

    @Test
    void callThatMayWriteEndsWhenTheDiskIsNearlyFull() {
        assertThat(exceeded(false, 63L << 20))
                .isInstanceOfSatisfying(
                        QuotaExceeded.class,
                        failure -> assertThat(failure.which()).isEqualTo(Quota.WORKSPACE));
        assertThat(exceeded(true, 63L << 20)).as("it cannot write").isNull();
        assertThat(exceeded(false, 65L << 20)).as("control").isNull();
    }

    /** The workspace is looked at some time after the start: as long as that takes, or until something is exceeded. */
    private @Nullable ToolFailure exceeded(boolean confined, long room) {
        Path program = Path.of("/bin/true");
        SandboxPlan plan = new SandboxPlan(
                program, program, List.of(), workspace, confined, Map.of(), NetworkPlan.NONE, SandboxLimits.DEFAULT);
        AskedDisk disk = new AskedDisk(room);
        CallWatch watch = new CallWatch(
                plan,
                new Idle(),
                new CallOutput(
                        InputStream.nullInputStream(), InputStream.nullInputStream(), OutputStream.nullOutputStream()),
                disk);
        ToolFailure[] seen = new ToolFailure[1];
        Awaitility.await().until(() -> {
            seen[0] = watch.exceeded();
            return seen[0] != null || disk.opened;
        });
        return seen[0];
    }

    private static final class AskedDisk implements Platform {
        @Override
        public Family family() {
            return Family.LINUX;
        }

        @Override
        public Object mark(Path file) {
            throw new UnsupportedOperationException();
        }

        private final Platform real = Platform.current();
        private final long room;
        private boolean opened;

        AskedDisk(long room) {
            this.room = room;
        }

        @Override
        public DiskRoom room(Path path) {
            return new DiskRoom(room, 1_000_000);
        }

        @Override
        public OpenFolder open(Path folder) throws IOException {
            opened = true;
            return real.open(folder);
        }

        @Override
        public int user() {
            return real.user();
        }

        @Override
        public void permit(Path path, Access access) throws IOException {
            real.permit(path, access);
        }

        @Override
        public void give(Path path, ToolUser owner) throws IOException {
            real.give(path, owner);
        }

        @Override
        public void giveGroup(Path path, ToolUser owner) throws IOException {
            real.giveGroup(path, owner);
        }

        @Override
        public void force(Path folder) throws IOException {
            real.force(folder);
        }

        @Override
        public void remove(Path parent, EntryName folder) throws IOException {
            real.remove(parent, folder);
        }

        @Override
        public long weight(Path path) throws IOException {
            return real.weight(path);
        }
    }

    private static final class Idle implements Account {
        @Override
        public void look() {}

        @Override
        public OptionalLong cpuMillis() {
            return OptionalLong.empty();
        }

        @Override
        public OptionalLong peakMemoryBytes() {
            return OptionalLong.empty();
        }

        @Override
        public boolean exceedsMemory(long bytes) {
            return false;
        }

        @Override
        public OptionalLong namelessBytes(Path ofWorkspace) {
            return OptionalLong.of(0);
        }

        @Override
        public boolean exceedsProcesses(int most) {
            return false;
        }
    }
}
