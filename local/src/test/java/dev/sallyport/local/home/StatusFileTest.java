package dev.sallyport.local.home;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.local.supervise.Progress.State;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatusFileTest {
    @TempDir
    private Path temporary;

    @BeforeEach
    void otherUsersPassThroughTheTestsFolder() throws Exception {
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void whatCannotBeWrittenNowIsWrittenLaterAndWhoTellsItGoesOn() throws Exception {
        try (FleetHome home = FleetHome.open(temporary.resolve("home"))) {
            Path file = home.folder().resolve("status.json");
            StatusFile status = new StatusFile(home);
            status.ready("kafka", 17);
            assertThat(file).content().contains("\"pid\" : 17");
            // In the way of what is written, as a full disk is.
            Path obstacle = Files.createDirectory(home.folder().resolve("status.json.new"));
            Path inside = Files.createFile(obstacle.resolve("file"));
            status.changed("kafka", State.RESTARTING, "ended by itself with 1");
            status.changed("postgresql", State.RESTARTING, "");
            assertThat(file).content().contains("\"pid\" : 17");
            Files.delete(inside);
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .untilAsserted(() -> assertThat(file)
                            .content()
                            .contains("ended by itself with 1", "postgresql")
                            .doesNotContain("17"));
            status.ready("kafka", 18);
            assertThat(file).content().contains("\"pid\" : 18");
        }
    }
}
