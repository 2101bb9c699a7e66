package dev.sallyport.skills.manifest;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What a skill asks for. Asking grants nothing.
 *
 * @param http requests
 * @param files files of the workspace
 * @param secrets secrets that the host adds to requests
 * @param keyValueBytes bytes kept from one call to the next; 0 for none
 * @param clock whether the module asks for the time
 * @param random whether the module asks for random bytes
 */
public record Capabilities(
        List<HttpCapability> http,
        List<FileCapability> files,
        List<SecretUse> secrets,
        long keyValueBytes,
        boolean clock,
        boolean random) {
    /** A skill that only computes. */
    public static final Capabilities NONE = new Capabilities(List.of(), List.of(), List.of(), 0, false, false);

    /** Copies the lists. */
    public Capabilities {
        http = List.copyOf(http);
        files = List.copyOf(files);
        secrets = List.copyOf(secrets);
    }

    /** The kinds of host functions that the module may import. */
    public Set<CapabilityKind> kinds() {
        Set<CapabilityKind> kinds = EnumSet.noneOf(CapabilityKind.class);
        if (!http.isEmpty()) {
            kinds.add(CapabilityKind.HTTP);
        }
        if (!files.isEmpty()) {
            kinds.add(CapabilityKind.FILES_READ);
        }
        if (files.stream().anyMatch(FileCapability::write)) {
            kinds.add(CapabilityKind.FILES_WRITE);
        }
        if (keyValueBytes > 0) {
            kinds.add(CapabilityKind.KEY_VALUE);
        }
        if (clock) {
            kinds.add(CapabilityKind.CLOCK);
        }
        if (random) {
            kinds.add(CapabilityKind.RANDOM);
        }
        return Collections.unmodifiableSet(kinds);
    }

    /** All that these ask for, one line each. */
    public List<String> all() {
        return beyond(NONE);
    }

    /**
     * What these ask for beyond the earlier ones, one line each; empty if they ask for the same or less. A doubt counts as
     * more: two narrow earlier addresses never cover one wider address.
     */
    public List<String> beyond(Capabilities earlier) {
        List<String> more = new ArrayList<>();
        http.stream()
                .filter(wanted -> earlier.http.stream().noneMatch(had -> had.covers(wanted)))
                .forEach(wanted -> more.add(wanted.toString()));
        files.stream()
                .filter(wanted -> earlier.files.stream().noneMatch(had -> had.covers(wanted)))
                .forEach(wanted -> more.add(wanted.toString()));
        secrets.stream()
                .filter(wanted -> !earlier.secrets.contains(wanted))
                .forEach(wanted -> more.add(wanted.toString()));
        if (keyValueBytes > earlier.keyValueBytes) {
            more.add("kv of " + keyValueBytes + " bytes");
        }
        if (clock && !earlier.clock) {
            more.add("clock");
        }
        if (random && !earlier.random) {
            more.add("random");
        }
        return List.copyOf(more);
    }
}
