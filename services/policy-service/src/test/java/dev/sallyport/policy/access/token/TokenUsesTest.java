package dev.sallyport.policy.access.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.identity.ca.FleetPlan.Workload;
import dev.sallyport.policy.app.RunningPolicyService;
import dev.sallyport.policy.app.RunningPolicyService.Answer;
import dev.sallyport.policy.app.SharedService;
import dev.sallyport.servicekit.access.TokenTerms;
import dev.sallyport.statements.Digest;
import dev.sallyport.testkit.TestFleet;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.transaction.support.TransactionTemplate;

class TokenUsesTest {
    private static final Instant NOON = Instant.parse("2026-11-30T12:00:00Z");

    /** Who waits for a row of the table while another holds it. */
    private static final String WAITING = """
            select count(*) from pg_stat_activity
            where datname = current_database() and wait_event_type = 'Lock' and query like '%api_token%'""";

    private static final String FREE = """
            select token_id from api_token where token_id = :id for no key update skip locked""";

    private final RunningPolicyService service = SharedService.get();
    private final TokenTable tokens = service.bean(TokenTable.class);
    private final TransactionTemplate transaction = service.bean(TransactionTemplate.class);

    @Test
    void theLastUseIsWrittenWithoutTheRequestAndNeverGoesBack() {
        Answer issued = service.owner(
                "POST", "/v1/tokens", "{\"kind\":\"agent\",\"name\":\"%s\"}".formatted(SharedService.fresh("uses")));
        String id = issued.body().path("token_id").asString();
        TokenUses uses = at(NOON);
        uses.note(id);
        assertThat(lastUsed(id)).as("not on the request's way").isNull();

        uses.write();
        assertThat(lastUsed(id)).isEqualTo(NOON);
        TokenUses earlier = at(NOON.minusSeconds(60));
        earlier.note(id);
        earlier.write();
        assertThat(lastUsed(id)).isEqualTo(NOON);
        assertThat(service.owner("GET", "/v1/tokens?limit=200", null).response().body())
                .contains("\"last_used_at\":\"2026-11-30T12:00:00.000Z\"");
    }

    @Test
    void eachTokenThatIsLookedUpIsNoted() {
        Answer issued = service.owner(
                "POST", "/v1/tokens", "{\"kind\":\"agent\",\"name\":\"%s\"}".formatted(SharedService.fresh("uses")));
        service.with(issued.body().path("token").asString(), "GET", "/v1/tools", null);
        service.bean(TokenUses.class).write();
        assertThat(lastUsed(issued.body().path("token_id").asString())).isNotNull();
    }

    @Test
    void aStolenBoundTokensUseIsNotItsUse() {
        String name = SharedService.fresh("bound");
        String holder = identity(Workload.agent(name));
        String thief = identity(Workload.agent(name + "-thief"));
        String id = "spiffe://" + TestFleet.shared().trust().trustDomain() + "/agent/" + name;
        Answer issued = service.owner(
                "POST",
                "/v1/tokens",
                "{\"kind\":\"agent\",\"name\":\"%s\",\"certificate\":\"%s\"}".formatted(name, id));
        String token = issued.body().path("token").asString();
        String tokenId = issued.body().path("token_id").asString();
        String[] shown = {"Authorization", "Bearer " + token};
        String question = "{\"token\":\"%s\"%s}";

        assertThat(service.as(thief, "GET", "/v1/me", null, shown).code()).isEqualTo("TOKEN_BOUND");
        assertThat(service.with(token, "GET", "/v1/me", null).code()).isEqualTo("TOKEN_BOUND");
        introspect(question.formatted(token, ""));
        introspect(question.formatted(token, ",\"shown_spiffe_id\":\"" + id + "-thief\""));
        service.bean(TokenUses.class).write();
        assertThat(lastUsed(tokenId)).as("nobody with the certificate").isNull();

        introspect(question.formatted(token, ",\"shown_spiffe_id\":\"" + id + "\""));
        service.bean(TokenUses.class).write();
        assertThat(lastUsed(tokenId)).as("control: at another service").isNotNull();
        service.jdbc()
                .sql("update api_token set last_used_at = null where token_id = :id")
                .param("id", tokenId)
                .update();
        assertThat(service.as(holder, "GET", "/v1/me", null, shown).status()).isEqualTo(200);
        service.bean(TokenUses.class).write();
        assertThat(lastUsed(tokenId)).as("control: here").isNotNull();
    }

    private void introspect(String question) {
        assertThat(service.as("approval-service", "POST", "/internal/v1/introspect", question)
                        .body()
                        .path("active")
                        .asBoolean())
                .isTrue();
    }

    @Test
    void usesAndRevocationsTakeRowsInOneOrder() throws Exception {
        String name = SharedService.fresh("locked");
        service.agent(name);
        String principal = "agent:" + name;
        // The rows lie in the table in the other order.
        String second = stored("01JZ0000000000000000000002", principal);
        String first = stored("01JZ0000000000000000000001", principal);
        for (Runnable change : List.<Runnable>of(
                () -> tokens.used(Map.of(first, NOON, second, NOON)),
                () -> transaction.executeWithoutResult(
                        _ -> tokens.revokeAll(service.workspaceId(), principal, false)))) {
            try (ExecutorService other = Executors.newSingleThreadExecutor()) {
                Future<?> changed = Objects.requireNonNull(transaction.execute(_ -> {
                    assertThat(tokens.lockLive(service.workspaceId(), first)).isPresent();
                    Future<?> started = other.submit(change);
                    await().until(() ->
                            service.jdbc().sql(WAITING).query(Integer.class).single() > 0);
                    assertThat(service.jdbc()
                                    .sql(FREE)
                                    .param("id", second)
                                    .query(String.class)
                                    .optional())
                            .as("who waits for the first row does not hold the second")
                            .contains(second);
                    return started;
                }));
                changed.get(30, TimeUnit.SECONDS);
            }
        }
        assertThat(lastUsed(first)).isEqualTo(NOON);
        assertThat(tokens.lockLive(service.workspaceId(), second)).as("revoked").isEmpty();
    }

    private String stored(String id, String principal) {
        tokens.insert(new NewToken(
                id,
                service.workspaceId(),
                principal,
                Digest.of(id.getBytes(StandardCharsets.US_ASCII)),
                "",
                List.of(),
                List.of("api"),
                new TokenTerms(1, null),
                "person:owner",
                Duration.ofDays(1)));
        return id;
    }

    private static String identity(Workload workload) {
        return TestFleet.shared().issue(workload).getFileName().toString();
    }

    private TokenUses at(Instant time) {
        return new TokenUses(tokens, Clock.fixed(time, ZoneOffset.UTC));
    }

    private @Nullable Instant lastUsed(String id) {
        return tokens.find(service.workspaceId(), id).orElseThrow().lastUsedAt();
    }
}
