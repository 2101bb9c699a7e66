package dev.sallyport.executor.sandbox.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.fuzz.Fuzz;
import dev.sallyport.fuzz.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** What the launcher reports, damaged: numbers or nothing, never a fault. */
class StatusFileFuzzTest {
    @TempDir
    private Path folder;

    @FuzzTest
    void aReportIsReadOrRefused() {
        Path file = folder.resolve("status");
        Fuzz.target("launcher-status")
                .samples("""
                        { "child-pid": 7, "cgroup-namespace": 4026532451, "ipc-namespace": 4026532449 }
                        { "exit-code": 0 }
                        """)
                .words("\"child-pid\": ", "\"exit-code\": ", "\"net-namespace\": ")
                .refusing(IOException.class)
                .run(input -> {
                    Files.write(file, input);
                    StatusFile status = StatusFile.read(file);
                    assertThat(status.childPid()).isNotNull();
                    assertThat(status.namespace("net")).isNotNull();
                });
    }
}
