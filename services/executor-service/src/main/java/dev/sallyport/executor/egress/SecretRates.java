package dev.sallyport.executor.egress;

import dev.sallyport.arguments.host.HostRule;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How often a secret is added to requests to a host, by all calls of this node together. A minute is one of the clock. It
 * bounds what a call that went wrong does with a credential that others depend on too.
 */
final class SecretRates {
    private final int perMinute;
    private final Clock clock;
    private final Map<Use, Integer> counts = new HashMap<>();
    private long minute;

    private record Use(String reference, HostRule host) {}

    SecretRates(int perMinute, Clock clock) {
        this.perMinute = perMinute;
        this.clock = clock;
    }

    /** Counts one request with these secrets; whether all of them may be in it. */
    synchronized boolean admit(List<String> references, HostRule host) {
        long now = Math.floorDiv(clock.millis(), 60_000L);
        if (now != minute) {
            minute = now;
            counts.clear();
        }
        boolean admitted = true;
        for (String reference : references) {
            admitted &= counts.merge(new Use(reference, host), 1, Integer::sum) <= perMinute;
        }
        return admitted;
    }
}
