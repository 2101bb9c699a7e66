package dev.sallyport.statements.trust;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A SPIFFE id as this fleet uses them: {@code spiffe://<trust-domain>/<kind>/<name>[/<name>]}.
 *
 * <p>Only the forms listed in {@link Kind} exist; anything else is refused, so that an id never has two readings. See the
 * SPIFFE-ID specification, sections 2.1 to 2.3.
 *
 * @param trustDomain the fleet's trust domain, lower-case letters, digits, dots, dashes and underscores
 * @param kind what sort of workload it names
 * @param names the path segments after the kind: one, or for an executor two (pool, node)
 */
public record SpiffeId(String trustDomain, Kind kind, List<String> names) {
    private static final Pattern DOMAIN = Pattern.compile("[a-z0-9._-]{1,255}");
    private static final Pattern SEGMENT = Pattern.compile("[a-zA-Z0-9._-]{1,128}");
    private static final String SCHEME = "spiffe://";

    /** The sorts of workload that have an identity. */
    public enum Kind {
        /** A service of the fleet: {@code /service/policy-service}. */
        SERVICE("service", 1),
        /** A part that is not ours: {@code /infra/postgresql}, {@code /infra/kafka}. */
        INFRA("infra", 1),
        /** An executor node: {@code /executor/<pool>/<node>}. */
        EXECUTOR("executor", 2),
        /** A person's or operator's device: {@code /device/<id>}. */
        DEVICE("device", 1),
        /** An agent with a certificate of its own: {@code /agent/<id>}. */
        AGENT("agent", 1);

        private final String segment;
        private final int names;

        Kind(String segment, int names) {
            this.segment = segment;
            this.names = names;
        }
    }

    /** Refuses a malformed trust domain, name or number of names with {@link IllegalArgumentException}. */
    public SpiffeId {
        names = List.copyOf(names);
        if (!DOMAIN.matcher(trustDomain).matches()) {
            throw new IllegalArgumentException("not a SPIFFE trust domain");
        }
        if (names.size() != kind.names) {
            throw new IllegalArgumentException(
                    "a SPIFFE id of kind " + kind.segment + " has " + kind.names + " name(s)");
        }
        for (String name : names) {
            if (!SEGMENT.matcher(name).matches() || name.equals(".") || name.equals("..")) {
                throw new IllegalArgumentException("not a SPIFFE path segment");
            }
        }
    }

    /** The id of a service such as {@code policy-service}. */
    public static SpiffeId service(String trustDomain, String name) {
        return new SpiffeId(trustDomain, Kind.SERVICE, List.of(name));
    }

    /** The id of an infrastructure part such as {@code kafka}. */
    public static SpiffeId infra(String trustDomain, String name) {
        return new SpiffeId(trustDomain, Kind.INFRA, List.of(name));
    }

    /** The id of an executor node in a pool. */
    public static SpiffeId executor(String trustDomain, String pool, String node) {
        return new SpiffeId(trustDomain, Kind.EXECUTOR, List.of(pool, node));
    }

    /** The id of a device. */
    public static SpiffeId device(String trustDomain, String id) {
        return new SpiffeId(trustDomain, Kind.DEVICE, List.of(id));
    }

    /** The id of an agent. */
    public static SpiffeId agent(String trustDomain, String id) {
        return new SpiffeId(trustDomain, Kind.AGENT, List.of(id));
    }

    /** Reads an id from its URI form; {@link IllegalArgumentException} when it is not one of ours. */
    public static SpiffeId parse(String uri) {
        if (!uri.startsWith(SCHEME) || uri.length() > 2048) {
            throw new IllegalArgumentException("a SPIFFE id starts with " + SCHEME);
        }
        String[] parts = uri.substring(SCHEME.length()).split("/", -1);
        if (parts.length < 3) {
            throw new IllegalArgumentException("a SPIFFE id of this fleet has a kind and a name");
        }
        for (Kind kind : Kind.values()) {
            if (kind.segment.equals(parts[1])) {
                return new SpiffeId(parts[0], kind, List.of(parts).subList(2, parts.length));
            }
        }
        throw new IllegalArgumentException("unknown kind of SPIFFE id");
    }

    /** As {@link #parse}, empty instead of an exception. */
    public static Optional<SpiffeId> tryParse(String uri) {
        try {
            return Optional.of(parse(uri));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Whether this is the service of that name. */
    public boolean isService(String name) {
        return kind == Kind.SERVICE && names.getFirst().equals(name);
    }

    /** The last path segment: the service's, node's, device's or agent's own name. */
    public String name() {
        return names.getLast();
    }

    /** The executor's pool; {@link IllegalStateException} for any other kind. */
    public String pool() {
        if (kind != Kind.EXECUTOR) {
            throw new IllegalStateException("only an executor has a pool");
        }
        return names.getFirst();
    }

    /** The URI form. */
    @Override
    public String toString() {
        return SCHEME + trustDomain + "/" + kind.segment + "/" + String.join("/", names);
    }
}
