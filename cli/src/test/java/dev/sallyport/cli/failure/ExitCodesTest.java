package dev.sallyport.cli.failure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.cli.harness.CommandRun.Result;
import dev.sallyport.cli.harness.CommandsOverHttp;
import org.junit.jupiter.api.Test;

/** How every command ends, and what it says then. */
class ExitCodesTest extends CommandsOverHttp {
    @Test
    void refusalsHaveTheirExitCodes() {
        service.on("GET /v1/proposals/a", 403, problem(403, "PERMISSION_MISSING", "ask an admin"));
        service.on("GET /v1/proposals/b", 404, problem(404, "NOT_FOUND", ""));
        service.on("GET /v1/proposals/c", 503, problem(503, "VAULT_SEALED", "unseal it"));
        service.on("GET /v1/proposals/d", 429, problem(429, "RATE_LIMITED", ""));
        service.on("GET /v1/proposals/e", 400, problem(400, "MALFORMED", ""));
        service.on("GET /v1/proposals/f", 200, "not json");
        Result forbidden = run("proposals", "get", "a");
        assertThat(forbidden.exit()).isEqualTo(4);
        assertThat(forbidden.err()).contains("PERMISSION_MISSING", "ask an admin");
        assertThat(run("proposals", "get", "b").exit()).isEqualTo(5);
        assertThat(run("proposals", "get", "c").exit()).isEqualTo(7);
        assertThat(run("proposals", "get", "d").exit()).isEqualTo(7);
        assertThat(run("proposals", "get", "e").exit()).isEqualTo(2);
        assertThat(run("proposals", "get", "f").exit()).isEqualTo(7);
    }

    @Test
    void fieldErrorsAreShown() {
        service.on(
                "POST /v1/proposals",
                400,
                "{\"title\":\"The request is wrong\",\"status\":400,\"code\":\"INVALID_ARGUMENTS\","
                        + "\"errors\":[{\"field\":\"/arguments/args\",\"detail\":\"must be an array\"}]}");
        Result result = run("proposals", "submit", "x");
        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.err()).contains("/arguments/args: must be an array");
    }

    @Test
    void errorsAreJsonTooWhenAskedFor() {
        service.on("GET /v1/proposals/a", 403, problem(403, "PERMISSION_MISSING", "ask an admin"));
        Result result = run("proposals", "get", "a", "-o", "json");
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).contains("\"exit_code\" : 4", "\"code\" : \"PERMISSION_MISSING\"");
    }

    @Test
    void anUnknownOptionAndAMissingCommandAreUsageErrors() {
        assertThat(command().of("proposals", "submit", "--nonsense").exit()).isEqualTo(2);
        assertThat(command().of("proposals").exit()).isEqualTo(2);
        assertThat(command().of().exit()).isEqualTo(2);
        assertThat(command().of("--help").exit()).isZero();
    }

    @Test
    void theHelpNamesEveryExitCodeAndTheQuickStart() {
        Result result = command().of("--help");
        assertThat(result.out()).contains("Exit codes:", "cannot be reached", "Quick start", "SALLYPORT_HOME");
    }
}
