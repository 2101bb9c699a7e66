package dev.sallyport.policy.limit;

import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.cache.RecentlyUsed;
import java.time.Duration;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * How often a token and its principal may make requests, counted in this process' memory: no request costs a statement
 * of SQL. Of each limit every replica gives out its part, by how many replicas live.
 */
public final class RequestRates {
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    /** Of more tokens and principals in use at once, those that rested for the longest begin with a full minute. */
    private static final int MOST = 20_000;

    private final int ofPrincipal;
    private final IntSupplier replicas;
    private final LongSupplier nanoTime;
    private final RecentlyUsed<String, Meter> meters = new RecentlyUsed<>(MOST);

    RequestRates(int ofPrincipal, IntSupplier replicas, LongSupplier nanoTime) {
        this.ofPrincipal = ofPrincipal;
        this.replicas = replicas;
        this.nanoTime = nanoTime;
    }

    /**
     * Whether requests of this principal are counted: by a token, a session, or the certificate of an agent. That of a
     * person's device is not counted: whoever holds it must be able to freeze and to revoke at any time.
     */
    public static boolean isLimited(Principal principal) {
        return principal.tokenId() != null || principal.kind() == Principal.Kind.AGENT;
    }

    /** How many requests a principal may make in a minute, with the token that it shows and all others together. */
    public int ofPrincipal(Principal principal) {
        return Math.max(ofPrincipal, principal.terms().requestsPerMinute());
    }

    /**
     * Counts so many requests of a principal by the credential that it shows.
     *
     * @throws RateLimitedException when its token or the principal has used its minute; nothing is counted then
     */
    public synchronized void count(Principal principal, int requests) {
        long now = nanoTime.getAsLong();
        long cost = cost(ofPrincipal(principal), requests);
        Meter together = meter("principal " + principal.workspaceId() + " " + principal.name(), now);
        long wait = together.waitFor(cost, now);
        int ownLimit = principal.terms().requestsPerMinute();
        if (ownLimit > 0) {
            Meter own = meter("token " + principal.tokenId(), now);
            long ownCost = cost(ownLimit, requests);
            long ownWait = own.waitFor(ownCost, now);
            if (ownWait > 0) {
                throw RateLimitedException.ofToken(ownLimit, Duration.ofNanos(Math.max(wait, ownWait)));
            }
            if (wait == 0) {
                own.take(ownCost, now);
            }
        }
        if (wait > 0) {
            throw RateLimitedException.ofPrincipal(ofPrincipal(principal), Duration.ofNanos(wait));
        }
        together.take(cost, now);
    }

    /** Several requests at once cost what is left beside one at most, since the one that brought them has been counted. */
    private long cost(int perMinute, int requests) {
        long one = MINUTE / perMinute * replicas.getAsInt();
        return requests <= 1 ? one * requests : Math.min(one * requests, Math.max(0, MINUTE - one));
    }

    private Meter meter(String key, long now) {
        Meter known = meters.get(key);
        if (known != null) {
            return known;
        }
        Meter made = new Meter(now);
        meters.put(key, made);
        return made;
    }
}
