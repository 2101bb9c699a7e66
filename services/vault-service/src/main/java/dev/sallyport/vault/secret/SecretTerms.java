package dev.sallyport.vault.secret;

import dev.sallyport.vault.VaultException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * On what terms a version may be used. They are sealed with the value: a changed row does not open.
 *
 * @param hosts hosts that it may be sent to, lower case; empty: none
 * @param deliveries how it may reach a tool: {@code proxy}, {@code pipe}, {@code file}, {@code env}
 * @param principals principals that may use it; empty: all of the workspace
 * @param channels channels that may use it; empty: all
 * @param expiresAt from then on it is refused, milliseconds; null: never
 * @param readsPerMinute redemptions per minute at most
 */
public record SecretTerms(
        List<String> hosts,
        List<String> deliveries,
        List<String> principals,
        List<String> channels,
        @Nullable Instant expiresAt,
        int readsPerMinute) {
    /** Redemptions per minute where nothing else is said. */
    public static final int READS_PER_MINUTE = 60;

    private static final Pattern HOST = Pattern.compile(
            "(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*(:[0-9]{1,5})?");
    private static final Pattern PRINCIPAL = Pattern.compile("(person|agent|service):[a-zA-Z0-9._@-]{1,128}");
    private static final Pattern CHANNEL = Pattern.compile("[a-zA-Z0-9._:-]{1,128}");
    private static final Set<String> DELIVERIES = Set.of("proxy", "pipe", "file", "env");
    private static final int AT_MOST = 64;

    /** Sorts, and refuses what is malformed with {@link VaultException.Invalid}. */
    public SecretTerms {
        hosts = sorted(
                "hosts", hosts.stream().map(h -> h.toLowerCase(Locale.ROOT)).toList(), HOST);
        principals = sorted("principals", principals, PRINCIPAL);
        channels = sorted("channels", channels, CHANNEL);
        deliveries = List.copyOf(new TreeSet<>(deliveries));
        if (!DELIVERIES.containsAll(deliveries) || deliveries.isEmpty()) {
            throw new VaultException.Invalid(
                    "deliveries", "deliveries are proxy, pipe, file and env; name at least one");
        }
        if (readsPerMinute < 1 || readsPerMinute > 10_000) {
            throw new VaultException.Invalid("reads_per_minute", "between 1 and 10000");
        }
    }

    private static List<String> sorted(String field, List<String> values, Pattern form) {
        if (values.size() > AT_MOST) {
            throw new VaultException.Invalid(field, "at most " + AT_MOST + " entries");
        }
        for (String value : values) {
            if (!form.matcher(value).matches()) {
                throw new VaultException.Invalid(field, "one of the entries is malformed");
            }
        }
        return List.copyOf(new TreeSet<>(values));
    }

    /** Whether it has expired. */
    boolean expired(Instant now) {
        return expiresAt != null && !now.isBefore(expiresAt);
    }

    /** Whether this principal may use it on this channel. */
    boolean admits(String principal, String channel) {
        return (principals.isEmpty() || principals.contains(principal))
                && (channels.isEmpty() || channels.contains(channel));
    }
}
