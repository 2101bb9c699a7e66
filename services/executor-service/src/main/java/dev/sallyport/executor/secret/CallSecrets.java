package dev.sallyport.executor.secret;

import dev.sallyport.arguments.host.HostPath;
import dev.sallyport.arguments.host.HostRefusedException;
import dev.sallyport.arguments.host.HostRule;
import dev.sallyport.statements.predicate.SecretGrant;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The secrets of one call, from their redemption to its end. Where a request is to have one, the tool writes
 * {@code {secret:name}} into a field of it: the node puts the value there, if the request goes to a host that the secret
 * is for.
 */
public final class CallSecrets implements AutoCloseable {
    /** A call without secrets. */
    public static final CallSecrets NONE = new CallSecrets(List.of(), Redaction.NONE);

    private static final Pattern PLACE = Pattern.compile("\\{secret:([a-z0-9][a-z0-9._-]{0,127})\\}");

    private static final Pattern BASIC = Pattern.compile("(?i)(basic +)([A-Za-z0-9+/]+={0,2})");

    private final List<Held> all;
    private final Redaction redaction;

    /** How a secret reaches a tool. The wire names are those of permits. */
    public enum Delivery {
        /** The node adds it to requests; the tool never has it. */
        PROXY("proxy"),
        /** The tool reads it once from a descriptor. */
        PIPE("pipe"),
        /** A file in memory that the tool alone sees. */
        FILE("file"),
        /** A variable of the tool's environment. */
        ENV("env");

        private final String wire;

        Delivery(String wire) {
            this.wire = wire;
        }

        /** As permits and offers name it. */
        public String wire() {
            return wire;
        }
    }

    /** One secret that is here. */
    public static final class Held {
        private final SecretGrant grant;
        private final byte[] value;

        /** Takes the value over: it is overwritten at the end. */
        public Held(SecretGrant grant, byte[] value) {
            this.grant = grant;
            this.value = value;
        }

        /** Its name in the workspace. */
        public String name() {
            return grant.reference().substring(grant.reference().lastIndexOf('/') + 1);
        }

        /** On which terms the call has it. */
        public SecretGrant grant() {
            return grant;
        }

        /** Keeps the grant's own words: a folder of paths of a host stays one. */
        private Held only(Set<HostRule> hosts) {
            List<String> left = grant.hosts().stream()
                    .filter(place -> hosts.stream().anyMatch(host -> isAt(place, host)))
                    .sorted()
                    .toList();
            return new Held(new SecretGrant(grant.reference(), grant.version(), grant.delivery(), left), value);
        }

        /** Its bytes, not to be changed nor kept. */
        public byte[] value() {
            return value;
        }

        /** What a program calls it: {@code api-key} is {@code API_KEY}. */
        public String variable() {
            return name().toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
        }

        @Override
        public String toString() {
            return "secret " + name();
        }
    }

    private static Redaction redaction(List<Held> all) {
        Map<String, byte[]> values = new LinkedHashMap<>();
        all.forEach(each -> values.put(each.name(), each.value()));
        return all.isEmpty() ? Redaction.NONE : Redaction.of(values);
    }

    private CallSecrets(List<Held> all, Redaction redaction) {
        this.all = List.copyOf(all);
        this.redaction = redaction;
    }

    /**
     * Those that were redeemed.
     *
     * @throws SecretUnusableException if one of them is so short that it could not be found in what a tool writes
     */
    public static CallSecrets of(List<Held> all) throws SecretUnusableException {
        for (Held each : all) {
            if (SecretEncodings.trimmed(each.value()).length < Redaction.SHORTEST) {
                throw new SecretUnusableException("The secret " + each.name() + " is shorter than " + Redaction.SHORTEST
                        + " bytes: it could not be told from other text in what the tool writes. Store a longer one.");
            }
        }
        return new CallSecrets(all, redaction(all));
    }

    /**
     * The same, of which each is added to requests to these hosts alone, as far as it is for them. All are taken out of what
     * comes back as before, and end with these.
     *
     * @param hosts by the secrets' names
     */
    public CallSecrets onlyFor(Map<String, Set<HostRule>> hosts) {
        return new CallSecrets(
                all.stream()
                        .map(each -> each.only(hosts.getOrDefault(each.name(), Set.of())))
                        .toList(),
                redaction);
    }

    /** Those that are delivered so. */
    public List<Held> by(Delivery way) {
        return all.stream()
                .filter(each -> each.grant().delivery().equals(way.wire()))
                .toList();
    }

    /** Whether the tool itself has one of them. */
    public boolean areReadByTool() {
        return all.size() > by(Delivery.PROXY).size();
    }

    /** What is taken out of all that the call writes. */
    public Redaction redaction() {
        return redaction;
    }

    /** Whether there is one that the node adds to requests to that host. */
    public boolean areAddedFor(HostRule host) {
        return by(Delivery.PROXY).stream().anyMatch(each -> isFor(each, host));
    }

    private static boolean isFor(Held secret, HostRule host) {
        return places(secret, host).findAny().isPresent();
    }

    private static boolean isFor(Held secret, HostRule host, String target) {
        return places(secret, host).anyMatch(place -> place.covers(target));
    }

    /** The vault may have the port of https written out. */
    private static Stream<HostPath> places(Held secret, HostRule host) {
        return secret.grant().hosts().stream()
                .flatMap(CallSecrets::place)
                .filter(place -> place.host().equals(host));
    }

    private static boolean isAt(String place, HostRule host) {
        return place(place).anyMatch(each -> each.host().equals(host));
    }

    private static Stream<HostPath> place(String text) {
        try {
            return Stream.of(HostPath.parse(text));
        } catch (HostRefusedException _) {
            return Stream.of();
        }
    }

    /** Whether a text has a place for a secret, whichever. */
    public static boolean hasPlace(String text) {
        return PLACE.matcher(text).find();
    }

    /**
     * The value of a field with secrets where it has places for them, also within {@code Basic} credentials.
     *
     * @param target path and query of the request
     * @throws SecretUnusableException if one of them is not of this call, not for that host and path, or no text for a
     *     field
     */
    public String filled(HostRule host, String target, String value) throws SecretUnusableException {
        Matcher basic = BASIC.matcher(value);
        if (basic.matches()) {
            String inner = decoded(basic.group(2));
            if (hasPlace(inner)) {
                byte[] filled = replaced(host, target, inner).getBytes(StandardCharsets.ISO_8859_1);
                return basic.group(1) + Base64.getEncoder().encodeToString(filled);
            }
        }
        return replaced(host, target, value);
    }

    /** How long {@link #filled} makes a value, in bytes; a place that it would refuse counts as it is written. */
    public long filledLength(HostRule host, String value) {
        Matcher basic = BASIC.matcher(value);
        if (basic.matches()) {
            String inner = decoded(basic.group(2));
            if (hasPlace(inner)) {
                return basic.group(1).length() + (replacedLength(host, inner) + 2) / 3 * 4;
            }
        }
        return replacedLength(host, value);
    }

    private long replacedLength(HostRule host, String text) {
        Matcher place = PLACE.matcher(text);
        long length = text.length();
        while (place.find()) {
            Held secret = added(place.group(1));
            if (secret != null && isFor(secret, host)) {
                length += secret.value().length - place.group().length();
            }
        }
        return length;
    }

    private @Nullable Held added(String name) {
        return by(Delivery.PROXY).stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    /** The same for a field that only looks at places: whether one is in it in either form. */
    public static boolean fieldHasPlace(String value) {
        Matcher basic = BASIC.matcher(value);
        return hasPlace(value) || (basic.matches() && hasPlace(decoded(basic.group(2))));
    }

    /** References of the call's secrets that such a field has a place for, in either form. */
    public List<String> placed(String value) {
        Matcher basic = BASIC.matcher(value);
        Matcher place = PLACE.matcher(basic.matches() ? value + decoded(basic.group(2)) : value);
        List<String> references = new ArrayList<>();
        while (place.find()) {
            String name = place.group(1);
            all.stream()
                    .filter(each -> each.name().equals(name))
                    .map(each -> each.grant().reference())
                    .forEach(references::add);
        }
        return references;
    }

    private static String decoded(String base64) {
        try {
            return new String(Base64.getDecoder().decode(base64), StandardCharsets.ISO_8859_1);
        } catch (IllegalArgumentException _) {
            return "";
        }
    }

    private String replaced(HostRule host, String target, String text) throws SecretUnusableException {
        Matcher place = PLACE.matcher(text);
        StringBuilder filled = new StringBuilder();
        int done = 0;
        while (place.find()) {
            filled.append(text, done, place.start()).append(value(host, target, place.group(1)));
            done = place.end();
        }
        return filled.append(text, done, text.length()).toString();
    }

    private String value(HostRule host, String target, String name) throws SecretUnusableException {
        Held secret = added(name);
        if (secret == null) {
            throw new SecretUnusableException("The call has no secret " + name
                    + " that is added to requests: name it in `secrets` of the proposal.");
        }
        if (!isFor(secret, host)) {
            throw new SecretUnusableException("The secret " + name + " is not for the host " + host + ".");
        }
        if (!isFor(secret, host, target)) {
            throw new SecretUnusableException("The secret " + name + " is for "
                    + String.join(" and ", secret.grant().hosts()) + " alone, not for other paths of the host " + host
                    + ".");
        }
        for (byte each : secret.value()) {
            if (each < ' ' || each == 0x7f) {
                throw new SecretUnusableException(
                        "The secret " + name
                                + " has a character that no field of a request can have, as the end of a line: store it without.");
            }
        }
        return new String(secret.value(), StandardCharsets.ISO_8859_1);
    }

    /** Names of all of them. */
    public List<String> names() {
        List<String> names = new ArrayList<>();
        all.forEach(each -> names.add(each.name()));
        return names;
    }

    @Override
    public String toString() {
        return all.toString();
    }

    /** Overwrites all values. */
    @Override
    public void close() {
        all.forEach(each -> Arrays.fill(each.value(), (byte) 0));
        redaction.forget();
    }
}
