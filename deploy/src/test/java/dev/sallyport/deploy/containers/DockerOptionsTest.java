package dev.sallyport.deploy.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code docker run} is told about a service is what docker-compose.yml says about it. */
class DockerOptionsTest {
    @Test
    void everyServiceOfTheFleetHasOptions() throws IOException {
        ComposeFile file = fleet(Map.of());
        for (String name : file.names()) {
            assertThat(options(file, name))
                    .as(name)
                    .contains("--read-only=true", "--cap-drop", "ALL", "no-new-privileges:true", "--memory");
        }
    }

    @Test
    void theNodeKeepsItsSeccompProfileAndNoNamesOfOthersAreLost() throws IOException {
        ComposeFile file = fleet(Map.of());
        List<String> node = options(file, "executor-node");
        Path profile = Path.of("../deploy/containers/node-seccomp.json").toAbsolutePath();
        assertThat(node)
                .anySatisfy(option ->
                        assertThat(option).startsWith("seccomp=/").endsWith("/deploy/containers/node-seccomp.json"));
        assertThat(profile).exists();
        assertThat(node)
                .containsSequence("--network", "sallyport")
                .anyMatch(option -> option.startsWith("vault-service:172.31.77."))
                .noneMatch(option -> option.startsWith("executor-node:172.31.77."));
    }

    @Test
    void aVariableIsTheEnvironmentsOrTheDefault() throws IOException {
        assertThat(options(fleet(Map.of()), "policy-service")).contains("127.0.0.1:8081:8080");
        assertThat(options(fleet(Map.of("SALLYPORT_POLICY_PORT", "18081")), "policy-service"))
                .contains("127.0.0.1:18081:8080", "SALLYPORT_POLICY_PORT=18081");
        assertThat(options(fleet(Map.of("SALLYPORT_POLICY_PORT", "")), "policy-service"))
                .contains("127.0.0.1:8081:8080");
    }

    @Test
    void aHealthCheckIsOneLineOfQuotedWords(@TempDir Path folder) throws IOException {
        ComposeFile file = read(folder, """
                services:
                  one:
                    image: x
                    entrypoint: [/bin/sh, -c]
                    command: [echo]
                    volumes: ["data:/data", "./here:/there:ro"]
                    healthcheck: {test: [CMD, say, "it's up"], interval: 1s, timeout: 2s, retries: 3, start_period: 4s}
                """);
        assertThat(options(file, "one"))
                .containsExactly(
                        "--entrypoint",
                        "/bin/sh",
                        "--volume",
                        "sallyport_data:/data",
                        "--volume",
                        folder + "/here:/there:ro",
                        "--health-cmd",
                        "'say' 'it'\\''s up'",
                        "--health-interval",
                        "1s",
                        "--health-timeout",
                        "2s",
                        "--health-retries",
                        "3",
                        "--health-start-period",
                        "4s",
                        "x",
                        "-c");
    }

    @Test
    void whatIsNotUnderstoodIsRefused(@TempDir Path folder) {
        assertThatThrownBy(() -> read(folder, "services: {one: {image: x, privileged: true}}"))
                .hasMessageContaining("services.one.privileged");
    }

    private static List<String> options(ComposeFile file, String name) {
        return DockerOptions.of(file, name, file.service(name));
    }

    private static ComposeFile fleet(Map<String, String> environment) throws IOException {
        return ComposeFile.read(Path.of("../docker-compose.yml"), environment);
    }

    private static ComposeFile read(Path folder, String text) throws IOException {
        return ComposeFile.read(Files.writeString(folder.resolve("docker-compose.yml"), text), Map.of());
    }
}
