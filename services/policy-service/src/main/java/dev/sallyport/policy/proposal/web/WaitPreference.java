package dev.sallyport.policy.proposal.web;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code Prefer: wait=30} (RFC 7240). A preference that cannot be read is passed over, as the RFC says. */
final class WaitPreference {
    private static final int MOST_S = 60;
    private static final Pattern WAIT = Pattern.compile("(?:^|[,;\\s])wait\\s*=\\s*\"?([0-9]{1,6})\"?(?:$|[,;\\s])");

    private WaitPreference() {}

    static Duration of(@Nullable String prefer) {
        if (prefer == null) {
            return Duration.ZERO;
        }
        Matcher matcher = WAIT.matcher(prefer);
        return matcher.find() ? seconds(Integer.parseInt(matcher.group(1))) : Duration.ZERO;
    }

    static Duration seconds(int seconds) {
        return Duration.ofSeconds(Math.clamp(seconds, 0, MOST_S));
    }
}
