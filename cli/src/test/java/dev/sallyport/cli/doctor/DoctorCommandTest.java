package dev.sallyport.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.cli.harness.CommandRun.Result;
import dev.sallyport.cli.harness.CommandsOverHttp;
import java.nio.charset.StandardCharsets;
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
        assertThat(result.out()).contains("2 tools", "FROZEN: fleet", "node-1 [C]", "7 leaves", "VAULT_SEALED");
    }
}
