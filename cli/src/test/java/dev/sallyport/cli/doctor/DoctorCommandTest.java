package dev.sallyport.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.cli.harness.CommandRun.Result;
import dev.sallyport.cli.harness.CommandsOverHttp;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Every service is asked, and what does not answer is named. */
class DoctorCommandTest extends CommandsOverHttp {
    @Test
    void doctorSaysWhatDoesNotAnswer() {
        service.on("GET /v1/tools", 200, "{\"items\":[{},{}]}");
        service.on("GET /v1/freeze", 200, "{\"items\":[{\"scope\":\"fleet\"}]}");
        service.on("GET /v1/approvals", 200, "{\"items\":[]}");
        service.on("GET /v1/nodes", 200, "{\"items\":[{\"name\":\"node-1\",\"tiers\":[\"C\"]}]}");
        service.on("GET /checkpoint", 200, "text/plain", "x/log\n7\nroot\n".getBytes(StandardCharsets.UTF_8));
        service.on("GET /v1/vault/status", 503, problem(503, "VAULT_SEALED", "unseal it"));
        Result result = run("doctor");
        assertThat(result.exit()).isEqualTo(7);
        assertThat(result.out()).contains("2 tools", "FROZEN: fleet", "node-1 [C]", "7 leaves", "see below");
        assertThat(result.out()).containsPattern("credential +true +the token in \\$SALLYPORT_TOKEN");
        assertThat(result.err()).contains("VAULT_SEALED").doesNotContain("unset SALLYPORT_TOKEN");
    }

    @Test
    void aTokenThatOutranksTheConfigurationIsNamedOnceIfItIsRefused() throws IOException {
        Path config = Files.writeString(home.resolve("c.json"), "{\"v\":1,\"identity\":\"identities/owner\"}");
        service.on("GET /v1/approvals", 403, problem(403, "PERMISSION_MISSING", "No."));
        service.on("GET /v1/nodes", 403, problem(403, "PERMISSION_MISSING", "No."));
        Result result = run("doctor", "--config", config.toString());
        assertThat(result.err()).containsOnlyOnce("unset SALLYPORT_TOKEN");
        assertThat(run("doctor", "--config", config.toString(), "--json").out())
                .contains("\"items\"", "\"exit_code\" : 4");
    }

    @Test
    void authoritiesAndRootsThatEndWithinWeeksAreFindings() {
        service.otherwise("{\"items\":[]}");
        service.on("GET /v1/authorities", 200, "{\"items\":[" + ending("tls", 20) + "]}");
        service.on("GET /v1/trust", 200, "{\"roots\":[" + ending("tls", 20) + "," + ending("tls", 4000) + "]}");
        Result result = run("doctor");
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err()).contains("authorities: the first ends in 19 days", "sallyport ca rotate DIR");
        assertThat(result.out()).as("control").contains("the first ends in 3999 days");
    }

    private static String ending(String purpose, int days) {
        return "{\"purpose\":\"%s\",\"not_after\":\"%s\"}"
                .formatted(purpose, Instant.now().plus(Duration.ofDays(days)));
    }
}
