package dev.sallyport.executor.sandbox.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.fuzz.Fuzz;
import dev.sallyport.fuzz.FuzzTest;

/** What the launcher reports, damaged: numbers or nothing, never a fault. */
class StatusFileFuzzTest {
    @FuzzTest
    void aReportIsReadOrRefused() {
        Fuzz.target("launcher-status")
                .samples("""
                        { "child-pid": 7, "cgroup-namespace": 4026532451, "ipc-namespace": 4026532449 }
                        { "exit-code": 0 }
                        """)
                .words("\"child-pid\": ", "\"exit-code\": ", "\"net-namespace\": ")
                .run(input -> {
                    StatusFile status = StatusFile.read(input);
                    assertThat(status.childPid()).isNotNull();
                });
    }
}
