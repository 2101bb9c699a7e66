package dev.sallyport.approval.webhook;

import dev.sallyport.arguments.host.HostName;
import dev.sallyport.arguments.host.HostRefusedException;
import dev.sallyport.arguments.host.HostRule;
import jakarta.validation.constraints.AssertTrue;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * {@code sallyport.webhooks.*}
 *
 * @param inside hosts that may have addresses which are not public, or of the fleet's own: names, or {@code *.} and a name
 *     for all below it, without ports; default none
 * @param patience how long an attempt takes at most, 1 to 30 seconds; default 10 seconds
 * @param firstPause after the first failed attempt; each further one is four times as long; default 5 seconds
 * @param longestPause the longest of them, at most a day; default 6 hours
 * @param attempts after how many of them a message is dead, 1 to 20; default 8
 * @param tried after which time it is dead in any case, 1 minute to 30 days; default 1 day
 * @param kept for how long afterwards delivered and dead messages are listed; default 7 days
 */
@Validated
@ConfigurationProperties("sallyport.webhooks")
record WebhookProperties(
        @DefaultValue List<String> inside,
        @DefaultValue("10s") Duration patience,
        @DefaultValue("5s") Duration firstPause,
        @DefaultValue("6h") Duration longestPause,
        @DefaultValue("8") int attempts,
        @DefaultValue("1d") Duration tried,
        @DefaultValue("7d") Duration kept) {
    /** Nobody waits longer for the next message of a receiver that did not take the last one. */
    private static final Duration LONGEST_QUIET = Duration.ofMinutes(1);

    private static final int FACTOR = 4;

    @AssertTrue(message = "inside must have names of hosts, such as hooks.example.com or *.example.com, without ports")
    boolean isEveryHostAName() {
        return inside.stream().noneMatch(text -> text.contains(":")) && rules().count() == inside.size();
    }

    @AssertTrue(message = "patience must be between 1 and 30 seconds")
    boolean isPatienceBounded() {
        return patience.compareTo(Duration.ofSeconds(1)) >= 0 && patience.compareTo(Duration.ofSeconds(30)) <= 0;
    }

    @AssertTrue(
            message =
                    "first-pause must be at least 10 milliseconds, longest-pause no shorter than it and at most a day")
    boolean isEveryPausePossible() {
        return firstPause.compareTo(Duration.ofMillis(10)) >= 0
                && longestPause.compareTo(firstPause) >= 0
                && longestPause.compareTo(Duration.ofDays(1)) <= 0;
    }

    @AssertTrue(message = "attempts must be between 1 and 20, tried between 1 minute and 30 days, kept not negative")
    boolean isEndPossible() {
        return attempts >= 1
                && attempts <= 20
                && tried.compareTo(Duration.ofMinutes(1)) >= 0
                && tried.compareTo(Duration.ofDays(30)) <= 0
                && !kept.isNegative();
    }

    private Stream<HostRule> rules() {
        return inside.stream().flatMap(text -> {
            try {
                return Stream.of(HostRule.parse(text));
            } catch (HostRefusedException _) {
                return Stream.empty();
            }
        });
    }

    /** Whether the site lets this host have addresses that are not public. */
    boolean inside(HostName host) {
        return rules().anyMatch(rule -> rule.means(host, rule.port()));
    }

    /**
     * How long a message waits after a failed attempt.
     *
     * @param attempts how many there were, from 1
     */
    Duration pauseAfter(int attempts) {
        Duration pause = firstPause;
        for (int more = 1; more < attempts && pause.compareTo(longestPause) < 0; more++) {
            pause = pause.multipliedBy(FACTOR);
        }
        return pause.compareTo(longestPause) < 0 ? pause : longestPause;
    }

    /** How long all messages of the same webhook wait after it. */
    Duration quietAfter(int attempts) {
        Duration pause = pauseAfter(attempts);
        return pause.compareTo(LONGEST_QUIET) < 0 ? pause : LONGEST_QUIET;
    }
}
