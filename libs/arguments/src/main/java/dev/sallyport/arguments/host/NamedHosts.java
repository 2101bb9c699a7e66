package dev.sallyport.arguments.host;

import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The hosts that a text names, as far as anybody can tell by looking: in addresses of the web and of other services, as
 * {@code user@host:path}, and as {@code host:port}. It is advice. A program may name a host in a way that nobody sees, take
 * it from a file, or know it by itself.
 */
public final class NamedHosts {
    private static final Map<String, Integer> PORTS = Map.ofEntries(
            Map.entry("http", 80),
            Map.entry("ws", 80),
            Map.entry("https", 443),
            Map.entry("wss", 443),
            Map.entry("ftp", 21),
            Map.entry("ssh", 22),
            Map.entry("sftp", 22),
            Map.entry("git+ssh", 22),
            Map.entry("git", 9418),
            Map.entry("smtp", 25),
            Map.entry("ldap", 389),
            Map.entry("ldaps", 636),
            Map.entry("mysql", 3306),
            Map.entry("postgres", 5432),
            Map.entry("postgresql", 5432),
            Map.entry("amqp", 5672),
            Map.entry("redis", 6379),
            Map.entry("mongodb", 27017));

    private static final int SSH = 22;

    private static final Pattern ADDRESS = Pattern.compile("(?i)([a-z][a-z0-9+.-]{0,15})://([^/?#\\s\"',]{0,512})");

    private static final Pattern REMOTE_COPY = Pattern.compile("[A-Za-z0-9._-]{1,64}@([^:/\\s@]{1,253}):(?!//).*");

    private static final Pattern HOST_AND_PORT =
            Pattern.compile("(?:.{0,64}=)?([A-Za-z][A-Za-z0-9-]{0,62}(?:\\.[A-Za-z0-9-]{1,63}){1,8}):([0-9]{1,5})");

    private NamedHosts() {}

    /**
     * Those of one argument.
     *
     * @throws HostRefusedException for one that programs read differently, or whose port nobody can tell
     */
    public static Set<HostRule> in(String argument) throws HostRefusedException {
        Set<HostRule> hosts = new LinkedHashSet<>();
        Matcher address = ADDRESS.matcher(argument);
        while (address.find()) {
            String scheme = address.group(1).toLowerCase(Locale.ROOT);
            String authority = address.group(2);
            if (!scheme.equals("file") && !authority.isEmpty()) {
                hosts.add(host(scheme, authority));
            }
        }
        if (!hosts.isEmpty()) {
            return hosts;
        }
        Matcher copy = REMOTE_COPY.matcher(argument);
        Matcher port = HOST_AND_PORT.matcher(argument);
        if (copy.matches()) {
            hosts.add(HostRule.of(HostName.of(copy.group(1)), SSH));
        } else if (port.matches()) {
            hosts.add(HostRule.of(HostName.of(port.group(1)), HostRule.port(port.group(2))));
        }
        return hosts;
    }

    private static HostRule host(String scheme, String authority) throws HostRefusedException {
        // The last at sign is the one that programs of today go by; what stands before it is no host.
        String place = authority.substring(authority.lastIndexOf('@') + 1);
        int colon = place.indexOf(':');
        HostName name = HostName.of(colon < 0 ? place : place.substring(0, colon));
        if (colon >= 0) {
            return HostRule.of(name, HostRule.port(place.substring(colon + 1)));
        }
        Integer port = PORTS.get(scheme);
        if (port == null) {
            throw new HostRefusedException(
                    "The port of " + scheme + "://" + name + " must be written behind the host.");
        }
        return HostRule.of(name, port);
    }
}
