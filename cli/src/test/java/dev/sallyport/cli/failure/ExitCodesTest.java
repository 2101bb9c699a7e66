package dev.sallyport.cli.failure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.cli.harness.CommandRun.Result;
import dev.sallyport.cli.harness.CommandsOverHttp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

    @Test
    void aloneTheCommandListsItsCommands() {
        Result alone = command().of();
        assertThat(alone.exit()).isEqualTo(2);
        assertThat(alone.err())
                .containsPattern("(?m)^  approvals +See what waits")
                .containsPattern("(?m)^  doctor ");
        assertThat(alone.out()).isEmpty();
        assertThat(command().of("vault").err()).containsPattern("(?m)^  put +Write a new version");
    }

    @Test
    void aWordThatIsNoCommandIsAnsweredWithThoseThatAre() {
        Result unknown = command().of("tools", "show", "process.run");
        assertThat(unknown.exit()).isEqualTo(2);
        assertThat(unknown.err())
                .startsWith("sallyport: `sallyport tools` has no command `show`. It has:")
                .containsPattern("(?m)^  list ")
                .doesNotContain("Did you mean");
        assertThat(command().of("tools", "list", "--limt", "3").err())
                .as("control: an option that is mistyped")
                .contains("--limit")
                .doesNotContain("has no command");
    }

    @Test
    void theTokenThatOutranksTheConfigurationIsNamedWhereItIsRefused() throws IOException {
        Path config = Files.writeString(home.resolve("c.json"), "{\"v\":1,\"identity\":\"identities/owner\"}");
        service.on("GET /v1/approvals", 403, problem(403, "PERMISSION_MISSING", "No."));
        service.on("GET /v1/tools", 404, problem(404, "NOT_FOUND", "No."));
        Result refused = command().of(options("approvals", "list", "--config", config.toString()));
        assertThat(refused.exit()).isEqualTo(4);
        assertThat(refused.err())
                .contains("PERMISSION_MISSING", "$SALLYPORT_TOKEN", "unset SALLYPORT_TOKEN", config.toString());
        assertThat(command()
                        .of(options("tools", "list", "--config", config.toString()))
                        .err())
                .doesNotContain("SALLYPORT_TOKEN");
        assertThat(run("approvals", "list").err())
                .contains("PERMISSION_MISSING")
                .doesNotContain("SALLYPORT_TOKEN");
    }

    @Test
    void whoIsNoMemberIsToldToBeAddedFirst() {
        service.on(
                "POST /v1/tokens",
                400,
                "{\"title\":\"Bad Request\",\"status\":400,\"code\":\"NOT_A_MEMBER\","
                        + "\"detail\":\"`person:alice` is no member.\",\"errors\":[{\"field\":\"name\",\"detail\":\"`person:alice` is no member.\"}]}");
        Result result = run("tokens", "create", "--kind", "person", "--name", "alice");
        assertThat(result.err())
                .containsOnlyOnce("`person:alice` is no member.")
                .contains("sallyport members add person:alice --role ROLE");
    }

    @Test
    void messagesSayWhatIsAcceptedWithoutTheParsersWords() {
        Result json = run("proposals", "submit", "process.run", "--json-arg", "args=[");
        assertThat(json.exit()).isEqualTo(2);
        assertThat(json.err())
                .contains("it ends before it is complete", "--json-arg args='[")
                .doesNotContain("Source", "REDACTED");
        Result galaxy = run("freeze", "galaxy");
        assertThat(galaxy.exit()).isEqualTo(2);
        assertThat(galaxy.err())
                .contains("fleet, workspace, principal, session, run")
                .doesNotContain("Enum");
        assertThat(run("freeze", "principal").err()).contains("principal needs an id, such as agent:demo");
        assertThat(run("freeze", "fleet", "agent:demo").err()).contains("fleet has no id");
        assertThat(service.asked()).isEmpty();
    }

    @Test
    void aTextWhereAListBelongsIsToldHowToSendOne() {
        service.on(
                "POST /v1/proposals",
                400,
                "{\"title\":\"Bad Request\",\"status\":400,\"code\":\"INVALID_ARGUMENTS\",\"errors\":[{\"field\":"
                        + "\"arguments.args\",\"detail\":\"string found, array expected\"}]}");
        assertThat(run("proposals", "submit", "process.run", "--arg", "args=-a").err())
                .contains("--json-arg args='[");
        assertThat(run("proposals", "submit", "process.run", "--arg", "text=-a").err())
                .doesNotContain("--json-arg");
        Result reference = run("proposals", "submit", "x", "--secret", "vault://default/db");
        assertThat(reference.exit()).isEqualTo(2);
        assertThat(reference.err()).contains("--secret db");
        assertThat(service.asked()).hasSize(2);
    }

    @Test
    void everyListIsPrintedInOneForm() {
        service.on("GET /v1/tools", 200, "{\"tools\":[{\"name\":\"echo\"}],\"next\":\"c\"}");
        service.on("GET /v1/tools", 200, "[{\"name\":\"echo\"}]");
        assertThat(run("tools", "list", "--json").out()).contains("\"items\" : [", "\"next\" : \"c\"");
        assertThat(run("tools", "list", "--json").out()).contains("\"items\" : [", "echo");
    }
}
