package dev.sallyport.cli.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.cli.harness.CommandRun;
import dev.sallyport.cli.harness.CommandRun.Result;
import dev.sallyport.cli.harness.CommandsOverHttp;
import dev.sallyport.cli.harness.StandInService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tokens, the first owner, and the freeze. */
class AccessCommandsTest extends CommandsOverHttp {
    @Test
    void aTokenIsSavedForItsOwnerAloneAndNotPrinted() throws IOException {
        service.on(
                "POST /v1/tokens",
                201,
                "{\"token_id\":\"T\",\"token\":\"" + TOKEN + "\",\"principal\":\"agent:demo\",\"expires_at\":\"x\"}");
        Path file = home.resolve("demo.token");
        Result result = run("tokens", "create", "--kind", "agent", "--name", "demo", "--save", file.toString());
        assertThat(result.exit()).isZero();
        assertThat(result.out()).doesNotContain(TOKEN).contains("agent:demo");
        assertThat(Files.readString(file)).isEqualTo(TOKEN + "\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(run("tokens", "create", "--kind", "agent", "--name", "demo", "--save", file.toString())
                        .exit())
                .isEqualTo(2);
        assertThat(service.asked()).hasSize(1);
    }

    @Test
    void aTokenIsReplacedAndTheNewOneKeptForItsOwnerAlone() throws IOException {
        service.on("POST /v1/tokens/OLD:rotate", 201, "{\"token_id\":\"NEW\",\"token\":\"" + TOKEN + "\"}");
        Path file = home.resolve("next.token");
        Result result = run("tokens", "rotate", "OLD", "--overlap-minutes", "5", "--save", file.toString());
        assertThat(result.exit()).as(result.err()).isZero();
        assertThat(result.out()).doesNotContain(TOKEN).contains("NEW");
        assertThat(Files.readString(file)).isEqualTo(TOKEN + "\n");
        assertThat(service.asked().getFirst().body()).isEqualTo("{\"overlap_minutes\":5}");
    }

    @Test
    void theTermsOfATokenAreSent() {
        service.on("POST /v1/tokens", 201, "{\"token_id\":\"T\",\"token\":\"" + TOKEN + "\"}");
        Result result = run(
                "tokens",
                "create",
                "--kind",
                "agent",
                "--name",
                "demo",
                "--requests-per-minute",
                "600",
                "--certificate",
                "spiffe://x/agent/demo");
        assertThat(result.exit()).as(result.err()).isZero();
        assertThat(service.asked().getFirst().body())
                .contains("\"requests_per_minute\":600", "\"certificate\":\"spiffe://x/agent/demo\"");
    }

    @Test
    void whatOpensIsSaidToWaitForASecondPerson() throws IOException {
        service.on(
                "PUT /v1/config",
                202,
                "{\"change_id\":\"01J\",\"state\":\"pending\",\"opens\":[\"allowed_channels\"]}");
        service.on("POST /v1/config/changes/01J:confirm", 200, "{\"version\":2}");
        service.on("DELETE /v1/config/changes/01J", 200, "{\"change_id\":\"01J\",\"state\":\"withdrawn\"}");
        Path file = home.resolve("config.json");
        Files.writeString(file, "{\"version\":1}");
        Result set = run("config", "set", file.toString());
        assertThat(set.exit()).as(set.err()).isZero();
        assertThat(set.err()).contains("sallyport config confirm 01J");
        assertThat(service.asked().getFirst().body()).isEqualTo("{\"version\":1}");
        assertThat(run("config", "confirm", "01J").exit()).isZero();
        assertThat(run("config", "withdraw", "01J").out()).contains("withdrawn");
        Files.writeString(file, "no json");
        assertThat(run("config", "set", file.toString()).exit()).isEqualTo(2);
        assertThat(service.asked()).hasSize(3);
    }

    @Test
    void membersAreLetInAndShutOut() {
        service.on("POST /v1/members", 200, "{\"principal\":\"person:alice\",\"roles\":[\"operator\"]}");
        service.on("DELETE /v1/members/person:alice", 200, "{\"principal\":\"person:alice\",\"tokens_revoked\":2}");
        assertThat(run("members", "set", "person:alice", "--role", "operator").exit())
                .isZero();
        assertThat(service.asked().getFirst().body())
                .isEqualTo("{\"principal\":\"person:alice\",\"roles\":[\"operator\"]}");
        Result removed = run("members", "remove", "person:alice", "--revoke-issued");
        assertThat(removed.exit()).as(removed.err()).isZero();
        assertThat(removed.out()).contains("person:alice");
    }

    @Test
    void theExamplesOfHelpAreCommandsThatTheServiceTakes() {
        assertThat(run("tokens", "create", "--help").out()).doesNotContain("--name alice --role");
        assertThat(run("proposals", "submit", "--help").out()).doesNotContain("vault://");
    }

    @Test
    void aFreezeIsToldToBothAndSaysIfOneDidNotHear() throws IOException, GeneralSecurityException {
        try (StandInService policy = StandInService.internal(fleet, "policy-service");
                StandInService control = StandInService.internal(fleet, "executor-service")) {
            policy.on("POST /v1/freeze", 200, "{\"items\":[{\"scope\":\"principal\",\"id\":\"agent:demo\"}]}");
            control.on("POST /v1/freeze", 200, "{\"items\":[{\"scope\":\"principal\",\"id\":\"agent:demo\"}]}");
            Path config = home.resolve("cli.json");
            Files.writeString(config, config(policy, control));
            Result both = new CommandRun(home).of("freeze", "principal", "agent:demo", "--config", config.toString());
            assertThat(both.exit()).as(both.err()).isZero();
            assertThat(control.asked().getLast().body()).isEqualTo("{\"scope\":\"principal\",\"id\":\"agent:demo\"}");
            assertThat(both.err()).contains("told 2 of 2").doesNotContain("already");
            for (StandInService one : List.of(policy, control)) {
                one.on("GET /v1/freeze", 200, "{\"items\":[{\"scope\":\"principal\",\"id\":\"agent:demo\"}]}");
                one.on("POST /v1/unfreeze", 200, "{\"items\":[]}");
            }
            Result again = new CommandRun(home).of("freeze", "principal", "agent:demo", "--config", config.toString());
            assertThat(again.exit()).isZero();
            assertThat(again.err()).contains("agent:demo was frozen already");
            Result lifted =
                    new CommandRun(home).of("unfreeze", "principal", "agent:demo", "--config", config.toString());
            assertThat(lifted.err()).doesNotContain("nothing has changed");
            Result other = new CommandRun(home).of("unfreeze", "--config", config.toString());
            assertThat(other.exit()).isZero();
            assertThat(other.err()).contains("the fleet was not frozen; nothing has changed");
            policy.vanish();
            Result half =
                    new CommandRun(home).with("SALLYPORT_HOME", home.toString()).of("freeze");
            assertThat(half.exit()).isEqualTo(7);
            assertThat(half.err()).contains("1 of 2");
        }
    }

    @Test
    void initMakesALinkWhoseTokenStaysInTheFragment() throws IOException, GeneralSecurityException {
        try (StandInService policy = StandInService.internal(fleet, "policy-service");
                StandInService control = StandInService.internal(fleet, "executor-service")) {
            policy.on(
                    "POST /v1/bootstrap",
                    200,
                    "{\"workspace_id\":\"W\",\"principal\":\"person:owner\",\"sign_in_token\":\"sp_one\"}");
            Files.writeString(home.resolve("cli.json"), config(policy, control));
            Result result =
                    new CommandRun(home).with("SALLYPORT_HOME", home.toString()).of("init", "--write-config");
            assertThat(result.exit()).as(result.err()).isZero();
            assertThat(result.out()).contains("http://localhost:1/console/sign-in#sp_one");
            Result elsewhere = new CommandRun(home)
                    .with("SALLYPORT_HOME", home.toString())
                    .with("SALLYPORT_CONSOLE_URL", "https://localhost:18082")
                    .of("init");
            assertThat(elsewhere.out()).contains(" https://localhost:18082/console/sign-in#sp_one");
            Result wrong = new CommandRun(home)
                    .with("SALLYPORT_HOME", home.toString())
                    .with("SALLYPORT_CONSOLE_URL", "localhost:18082")
                    .of("init");
            assertThat(wrong.exit()).isEqualTo(2);
            assertThat(wrong.err()).contains("SALLYPORT_CONSOLE_URL");
            policy.on("GET /v1/tools", 200, "{\"items\":[]}");
            assertThat(new CommandRun(home).of("tools", "list").out()).contains("There are no tools.");
        }
    }

    private String config(StandInService policy, StandInService control) {
        return "{\"v\":1,\"services\":{\"policy\":{\"internal\":\"" + policy.url() + "\"},\"approval\":{\"public\":"
                + "\"http://localhost:1\"},\"executor\":{\"internal\":\"" + control.url() + "\"}},\"identity\":\""
                + fleet.identity("owner") + "\",\"trust\":\"" + fleet.trustFile() + "\"}";
    }
}
