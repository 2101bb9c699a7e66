package dev.sallyport.policy.access.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.policy.app.RunningPolicyService;
import dev.sallyport.policy.app.RunningPolicyService.Answer;
import dev.sallyport.policy.app.SharedService;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TokenUsesTest {
    private static final Instant NOON = Instant.parse("2026-11-30T12:00:00Z");

    private final RunningPolicyService service = SharedService.get();
    private final TokenTable tokens = service.bean(TokenTable.class);

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

    private TokenUses at(Instant time) {
        return new TokenUses(tokens, Clock.fixed(time, ZoneOffset.UTC));
    }

    private @Nullable Instant lastUsed(String id) {
        return tokens.find(service.workspaceId(), id).orElseThrow().lastUsedAt();
    }
}
