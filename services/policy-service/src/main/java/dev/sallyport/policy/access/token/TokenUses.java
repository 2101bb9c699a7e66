package dev.sallyport.policy.access.token;

import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/**
 * When tokens were last used. A use is noted in memory, and a task of its own writes what was gathered: no request waits
 * for that. A crash loses the uses since the last write, and no more.
 */
@Component
public class TokenUses {
    private final TokenTable tokens;
    private final Clock clock;
    private final Map<String, Instant> uses = new ConcurrentHashMap<>();

    TokenUses(TokenTable tokens, Clock clock) {
        this.tokens = tokens;
        this.clock = clock;
    }

    /** Notes that a token, which must exist, is used now. */
    public void note(String tokenId) {
        uses.put(tokenId, clock.instant());
    }

    /** Writes what was gathered. What cannot be written is kept for the next time. */
    void write() {
        Map<String, Instant> gathered = Map.copyOf(uses);
        if (!gathered.isEmpty()) {
            tokens.used(gathered);
            // A use that was noted meanwhile stays.
            gathered.forEach(uses::remove);
        }
    }
}
