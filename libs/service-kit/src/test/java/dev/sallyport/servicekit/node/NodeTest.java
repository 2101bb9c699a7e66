package dev.sallyport.servicekit.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.FleetOnly;
import dev.sallyport.servicekit.connector.TwoConnectors;
import dev.sallyport.servicekit.identity.FleetClients;
import dev.sallyport.servicekit.identity.FleetProperties;
import dev.sallyport.servicekit.identity.IdentityInForce;
import dev.sallyport.servicekit.outbox.StatementOutbox;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.testkit.Client;
import dev.sallyport.testkit.EmptyDenylist;
import dev.sallyport.testkit.TestFleet;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;

class NodeTest {
    @SpringBootConfiguration
    @EnableAutoConfiguration(
            excludeName = {
                "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
                "org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration"
            })
    @Import(Endpoint.class)
    static class TinyNode {}

    @RestController
    static class Endpoint {
        @GetMapping("/internal/v1/whoami")
        @FleetOnly
        String whoami(Caller caller) {
            return caller.actor();
        }
    }

    @Test
    void aProcessWithoutDatabaseAndKafkaHasTheRestOfTheKit(@TempDir Path state) throws IOException {
        EmptyDenylist.leaveIn(state, TestFleet.shared().identity("vault-service"));
        try (ConfigurableApplicationContext node = SpringApplication.run(
                TinyNode.class,
                "--server.port=0",
                "--sallyport.public.port=0",
                "--sallyport.state.dir=" + state,
                "--sallyport.identity.dir=" + TestFleet.shared().identity("node-default-node-1"))) {
            int internal = Objects.requireNonNull(((WebServerApplicationContext) node).getWebServer())
                    .getPort();
            DefaultSslBundleRegistry bundles = new DefaultSslBundleRegistry();
            new IdentityInForce(TestFleet.shared().identity("executor-service"), Clock.systemUTC())
                    .registerBundles(bundles);
            String domain = TestFleet.shared().trust().trustDomain();
            // Its certificate names no host, and the fleet does not ask for one.
            assertThat(new FleetClients(
                                    bundles,
                                    domain,
                                    new FleetProperties(null, null, null, null, null, null, null, null, null),
                                    RestClient.builder())
                            .client(
                                    SpiffeId.executor(domain, "default", "node-1"),
                                    URI.create("https://localhost:" + internal),
                                    Duration.ofSeconds(10))
                            .get()
                            .uri("/internal/v1/whoami")
                            .retrieve()
                            .body(String.class))
                    .endsWith("/service/executor-service");
            int open = node.getBean(TwoConnectors.class).publicPort();
            assertThat(Client.anonymous()
                            .get("http://localhost:" + open + "/actuator/health/readiness")
                            .statusCode())
                    .isEqualTo(200);
            assertThat(node.getBean(IdentityInForce.class).signer().id().name()).isEqualTo("node-1");
            assertThat(node.getBeansOfType(StatementOutbox.class)).isEmpty();
        }
    }
}
