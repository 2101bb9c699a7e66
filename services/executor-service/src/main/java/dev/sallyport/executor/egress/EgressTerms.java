package dev.sallyport.executor.egress;

import dev.sallyport.arguments.host.HostRule;
import java.time.Duration;
import java.util.List;

/**
 * What holds for every call of this node that reaches hosts.
 *
 * @param denied hosts that no call reaches, whatever its permit says
 * @param connections connections of one call, all together
 * @param atOnce connections of one call at a time
 * @param bytes bytes that one call may send and receive, all connections together
 * @param patience how long a host may take to answer, and a connection may be silent
 * @param secretRequests requests a minute that one secret is added to for one host, of all calls of this node together
 * @param unheld whether calls are run whose permit does not hold their network ({@code none}, {@code preflight})
 */
public record EgressTerms(
        List<HostRule> denied,
        int connections,
        int atOnce,
        long bytes,
        Duration patience,
        int secretRequests,
        boolean unheld) {
    private static final int SECRET_REQUESTS = 600;

    /** Moderate ones: 256 connections, 16 at a time, 256 MiB, 30 s. */
    public static final EgressTerms DEFAULT = new EgressTerms(List.of(), 256, 16, 256L << 20, Duration.ofSeconds(30));

    /** With 600 requests a minute for each secret and host, and no network that nobody holds. */
    public EgressTerms(List<HostRule> denied, int connections, int atOnce, long bytes, Duration patience) {
        this(denied, connections, atOnce, bytes, patience, SECRET_REQUESTS, false);
    }

    /** Copies the list; refuses what lets nothing through with {@link IllegalArgumentException}. */
    public EgressTerms {
        denied = List.copyOf(denied);
        if (connections < 1 || atOnce < 1 || bytes < 1 || !patience.isPositive() || secretRequests < 1) {
            throw new IllegalArgumentException("what calls may use of the network must be positive");
        }
    }
}
