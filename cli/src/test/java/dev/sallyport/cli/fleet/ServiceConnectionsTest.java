package dev.sallyport.cli.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.cli.harness.CommandRun;
import dev.sallyport.cli.harness.CommandRun.Result;
import dev.sallyport.cli.harness.CommandsOverHttp;
import dev.sallyport.cli.harness.SampleFleet;
import dev.sallyport.cli.harness.StandInService;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import org.junit.jupiter.api.Test;

/** Which service is believed, and to whom a token or certificate is shown. */
class ServiceConnectionsTest extends CommandsOverHttp {
    @Test
    void aServiceThatIsNotThereEndsWithThree() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Result result = command().of("tools", "list", "--url", "http://localhost:" + port);
        assertThat(result.exit()).isEqualTo(3);
        assertThat(result.err()).contains("cannot reach http://localhost:" + port);
    }

    @Test
    void aTokenIsNotSentOverPlainHttpToAnotherMachine() {
        Result result = command().of("tools", "list", "--url", "http://sallyport.example");
        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.err()).contains("not sent over plain HTTP");
    }

    @Test
    void whatIsNoTokenIsNotSentAnywhere() {
        Result result = new CommandRun(home)
                .with("SALLYPORT_TOKEN", "hunter2")
                .of("tools", "list", "--url", service.url().toString());
        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.err()).doesNotContain("hunter2");
        assertThat(service.asked()).isEmpty();
    }

    @Test
    void anIdentitySpeaksMutualTlsToTheRightServiceOnly() throws IOException, GeneralSecurityException {
        try (StandInService policy = StandInService.internal(fleet, "policy-service");
                StandInService impostor = StandInService.internal(fleet, "approval-service")) {
            policy.on("GET /v1/tools", 200, "{\"items\":[{\"name\":\"echo\",\"version\":\"1\"}]}");
            impostor.on("GET /v1/tools", 200, "{\"items\":[]}");
            Result result = identity("tools", "list", "--url", policy.url().toString());
            assertThat(result.exit()).as(result.err()).isZero();
            assertThat(result.out()).contains("echo");
            assertThat(policy.asked().getFirst().client()).contains("/device/owner");
            Result fooled = identity("tools", "list", "--url", impostor.url().toString());
            assertThat(fooled.exit()).isEqualTo(3);
            assertThat(fooled.err()).contains("/service/policy-service");
            assertThat(impostor.asked()).isEmpty();
        }
    }

    @Test
    void aWrongConfigurationIsNamed() throws IOException {
        Path config = home.resolve("wrong.json");
        Files.writeString(config, "{\"v\":1,\"polcy\":{}}");
        Result result = new CommandRun(home).of("tools", "list", "--config", config.toString());
        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.err()).contains("unknown field polcy");
        assertThat(new CommandRun(home).of("tools", "list").err()).contains("SALLYPORT_HOME");
    }

    @Test
    void anotherFleetIsToldFromOneThatIsNotRunning() throws IOException, GeneralSecurityException {
        SampleFleet another = new SampleFleet(home.resolve("another"));
        try (StandInService foreign = StandInService.internal(another, "policy-service")) {
            Result result = identity("tools", "list", "--url", foreign.url().toString());
            assertThat(result.exit()).isEqualTo(3);
            assertThat(result.err())
                    .contains("is not of the fleet that", "trust.json", "Another fleet answers there")
                    .doesNotContain("Is the fleet running", "PKIX", "sun.security");
            assertThat(foreign.asked()).isEmpty();
        }
    }
}
