package dev.sallyport.policy.proposal.admission;

import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.statements.RunKey;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Where a call belongs when its caller names no session or no run. */
public final class RunDefaults {
    private static final String SESSION = "default";

    private static final DateTimeFormatter HOUR =
            DateTimeFormatter.ofPattern("'hour-'uuuu-MM-dd'T'HH", Locale.ROOT).withZone(ZoneOffset.UTC);

    private RunDefaults() {}

    /**
     * The caller's run: the session and run named, else the default session and one run per session and hour in UTC.
     *
     * @param now when the call is proposed
     */
    public static RunKey of(Principal caller, @Nullable String sessionId, @Nullable String runId, Instant now) {
        return new RunKey(
                caller.workspaceId(),
                caller.name(),
                Objects.requireNonNullElse(sessionId, SESSION),
                Objects.requireNonNullElseGet(runId, () -> HOUR.format(now)));
    }
}
