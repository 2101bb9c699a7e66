package dev.sallyport.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the role decides before anything is configured, in a program of its own. */
class ExecutorRoleTest {
    @Test
    void nodeDoesNotStartWhereProgramsWouldGetOtherArgumentsThanThoseApproved() throws Exception {
        assertThat(started(Map.of("LC_ALL", "POSIX"))).contains("LC_ALL=C.UTF-8");
        assertThat(started(Map.of())).as("no locale at all").contains("LC_ALL=C.UTF-8");
        assertThat(started(Map.of("LC_ALL", "C.UTF-8"))).as("control").doesNotContain("LC_ALL=C.UTF-8");
    }

    /** What a node without any setting says before it ends. */
    private static String started(Map<String, String> environment) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ExecutorService.class.getName(),
                        "--sallyport.executor.role=node",
                        "--server.port=-1")
                .redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process node = builder.start();
        String said = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(node.waitFor()).isNotZero();
        return said;
    }
}
