package dev.sallyport.vault.secret;

import dev.sallyport.arguments.host.HostPath;
import dev.sallyport.arguments.host.HostRefusedException;
import dev.sallyport.vault.VaultException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The terms on which a version may be used. They are sealed with the value: a changed row does not open.
 *
 * @param hosts hosts that the value may be sent to, each with the folder of its paths where it is not for all of them;
 *     empty: none
 * @param deliveries the ways in which the value may reach a tool: {@code proxy}, {@code pipe}, {@code file}, {@code
 *     env}
 * @param principals principals that may use the secret; empty: all of the workspace
 * @param channels channels that may use the secret; empty: all
 * @param expiresAt from then on the version is refused, in milliseconds; null: never
 * @param readsPerMinute the most redemptions per minute, 1 to 10,000
 */
public record SecretTerms(
        List<String> hosts,
        List<String> deliveries,
        List<String> principals,
        List<String> channels,
        @Nullable Instant expiresAt,
        int readsPerMinute) {
    /** Redemptions per minute by default. */
    public static final int READS_PER_MINUTE = 60;

    private static final Pattern HOST = Pattern.compile(
            "(?=.{1,255}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?");
    private static final Pattern PRINCIPAL = Pattern.compile("(person|agent|service):[a-zA-Z0-9._@-]{1,128}");
    private static final Pattern CHANNEL = Pattern.compile("[a-zA-Z0-9._:-]{1,128}");
    private static final Set<String> DELIVERIES = Set.of("proxy", "pipe", "file", "env");
    private static final int MOST_ENTRIES = 64;

    /** Sorts, and refuses what is malformed with {@link VaultException.Invalid}. */
    public SecretTerms {
        hosts = sorted("hosts", hosts, HOST);
        principals = sorted("principals", principals, PRINCIPAL);
        channels = sorted("channels", channels, CHANNEL);
        deliveries = List.copyOf(new TreeSet<>(deliveries));
        if (!DELIVERIES.containsAll(deliveries) || deliveries.isEmpty()) {
            throw new VaultException.Invalid(
                    "deliveries", "Name at least one delivery. The deliveries are proxy, pipe, file and env.");
        }
        if (readsPerMinute < 1 || readsPerMinute > 10_000) {
            throw new VaultException.Invalid("reads_per_minute", "`reads_per_minute` must be between 1 and 10000.");
        }
    }

    /**
     * The same hosts as all of the fleet reads them: what one program takes for a name and another for an address is
     * refused.
     *
     * @throws VaultException.Invalid for the first that is none, with what to change
     */
    public static List<String> hosts(List<String> given) {
        List<String> canonical = new ArrayList<>();
        for (String text : given) {
            try {
                canonical.add(HostPath.parse(text).toString());
            } catch (HostRefusedException e) {
                throw new VaultException.Invalid("hosts", "An entry of `hosts` is refused. " + e.detail());
            }
        }
        return canonical;
    }

    private static List<String> sorted(String field, List<String> values, Pattern form) {
        if (values.size() > MOST_ENTRIES) {
            throw new VaultException.Invalid(field, "`" + field + "` must have at most " + MOST_ENTRIES + " entries.");
        }
        for (String value : values) {
            if (!form.matcher(value).matches()) {
                throw new VaultException.Invalid(field, "An entry of `" + field + "` is malformed.");
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
