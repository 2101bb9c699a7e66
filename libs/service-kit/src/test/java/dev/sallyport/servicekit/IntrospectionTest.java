package dev.sallyport.servicekit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sallyport.servicekit.access.AccessEvaluation;
import dev.sallyport.servicekit.access.AccessEvaluation.Entity;
import dev.sallyport.servicekit.access.IntrospectionUnavailableException;
import dev.sallyport.servicekit.app.RunningService;
import dev.sallyport.servicekit.app.TinyService;
import dev.sallyport.servicekit.app.TinyService.PolicyEndpoints;
import dev.sallyport.testkit.Client;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class IntrospectionTest {
    private static final String BEARER = "Bearer " + TinyService.OPERATOR_TOKEN;
    private final Client agent = Client.anonymous();

    @AfterEach
    void nothingRevoked() {
        TinyService.REVOKED.clear();
    }

    @Test
    void tokensSessionsAndDevicesAreIntrospectedAtTheirServicesAndNobodyIsBelievedWithoutThem() throws IOException {
        try (RunningService policy = RunningService.start("policy-service", Map.of());
                RunningService approval = RunningService.start("approval-service", Map.of());
                RunningService service = RunningService.start(
                        "executor-service",
                        Map.of(
                                "tiny.introspection", "remote",
                                "sallyport.fleet.policy-url", policy.internal(""),
                                "sallyport.fleet.approval-url", approval.internal("")))) {
            assertThat(status(service, BEARER)).isEqualTo(200);
            assertThat(policy.bean(PolicyEndpoints.class).asked.get()).isEqualTo(1);
            // On a slow machine two requests may lie further apart than an answer is remembered.
            await("remembered").atMost(Duration.ofMinutes(1)).until(() -> {
                int asked = policy.bean(PolicyEndpoints.class).asked.get();
                assertThat(status(service, BEARER)).isEqualTo(200);
                return policy.bean(PolicyEndpoints.class).asked.get() == asked;
            });
            assertThat(agent.get(service.open("/v1/resolve"), "Cookie", "sp_session=" + TinyService.SESSION)
                            .body())
                    .contains("person:ada");
            assertThat(approval.bean(PolicyEndpoints.class).asked.get()).isEqualTo(1);
            assertThat(Client.of("owner").get(service.internal("/v1/resolve")).body())
                    .contains("person:ada");

            int before = policy.bean(PolicyEndpoints.class).asked.get();
            assertThat(status(service, BEARER.substring(0, BEARER.length() - 1) + "!"))
                    .isEqualTo(401);
            assertThat(policy.bean(PolicyEndpoints.class).asked.get())
                    .as("a wrong checksum costs no call")
                    .isEqualTo(before);

            TinyService.REVOKED.add(TinyService.OPERATOR_TOKEN);
            await().atMost(Duration.ofSeconds(5)).until(() -> status(service, BEARER) == 401);

            AccessEvaluation evaluation = service.bean(AccessEvaluation.class);
            assertThat(mayUse(evaluation, "secret:use")).isTrue();
            assertThat(mayUse(evaluation, "secret:reveal")).isFalse();

            TinyService.REVOKED.clear();
            policy.stop();
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> agent.get(service.open("/v1/resolve"), "Authorization", BEARER)
                            .body()
                            .contains("INTROSPECTION_UNAVAILABLE"));
            assertThat(status(service, BEARER)).isEqualTo(503);
            assertThat(Client.of("owner")
                            .post(service.internal("/v1/freeze"), "")
                            .statusCode())
                    .as("what restricts works by the owner's certificate alone")
                    .isEqualTo(200);
            assertThatThrownBy(() -> mayUse(evaluation, "secret:use"))
                    .isInstanceOf(IntrospectionUnavailableException.class);
        }
    }

    private int status(RunningService service, String authorization) throws IOException {
        return agent.get(service.open("/v1/resolve"), "Authorization", authorization)
                .statusCode();
    }

    private static boolean mayUse(AccessEvaluation evaluation, String action) {
        return evaluation
                .ask(
                        new Entity("principal", "agent:demo", Map.of()),
                        action,
                        new Entity("secret", "db-password", Map.of()),
                        Map.of())
                .permitted();
    }
}
