package dev.sallyport.executor.node.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.executor.TestFolder;
import dev.sallyport.executor.platform.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Status;
import org.springframework.util.unit.DataSize;

class DiskReserveTest {
    private Path folder;
    private Path file;

    @BeforeEach
    void open() throws IOException {
        folder = TestFolder.named("reserve");
        file = folder.resolve("reserve");
    }

    @Test
    void writingThatFindsNoRoomGetsTheReserve() throws Exception {
        DiskReserve reserve = new DiskReserve(file, floor(0));
        reserve.refill();
        assertThat(file).hasSize(16 << 20);

        assertThat(reserve.use(this::writtenWithRoom)).isEqualTo("written");

        assertThat(file).doesNotExist();
        reserve.refill();
        assertThat(file).hasSize(16 << 20);
    }

    @Test
    void withoutAReserveTheFailureIsTold() throws Exception {
        DiskReserve reserve = new DiskReserve(file, floor(Long.MAX_VALUE));
        reserve.refill();
        assertThat(file).as("no room for it").doesNotExist();

        assertThatThrownBy(() -> reserve.use(() -> {
                    throw new IOException("No space left on device");
                }))
                .hasMessage("No space left on device");
        assertThat(reserve.use(() -> "written")).as("control").isEqualTo("written");
    }

    @Test
    void diskBelowItsFloorIsOutOfServiceAndSaysWhatToDo() {
        assertThat(new StorageHealth(floor(0)).health().getStatus()).isEqualTo(Status.UP);
        assertThat(floor(0).shortage()).isNull();

        assertThat(new StorageHealth(floor(Long.MAX_VALUE)).health().getStatus())
                .isEqualTo(Status.OUT_OF_SERVICE);
        assertThat(floor(Long.MAX_VALUE).shortage()).contains("sallyport.node.storage.floor");
    }

    private String writtenWithRoom() throws IOException {
        if (Files.exists(file)) {
            throw new IOException("No space left on device");
        }
        return "written";
    }

    private DiskFloor floor(long bytes) {
        return new DiskFloor(Platform.current(), folder, DataSize.ofBytes(bytes));
    }
}
