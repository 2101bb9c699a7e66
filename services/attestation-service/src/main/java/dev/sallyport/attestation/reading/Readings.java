package dev.sallyport.attestation.reading;

import dev.sallyport.statements.vocabulary.AuditEvent;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one reader did within one period, or a part of it: the readings that one leaf tells of.
 *
 * @param reader who read
 * @param event read or exported
 * @param from beginning of the period, by the ledger's database
 * @param to its end
 * @param objects how often each object was read, in the order of their names
 * @param details how many details were disclosed
 */
public record Readings(
        Reader reader, AuditEvent event, Instant from, Instant to, Map<String, Long> objects, long details) {
    /** The most objects of one leaf. An attribute of a statement has at most 2048 characters. */
    static final int MOST_OBJECTS = 50;

    /** Copies the map. */
    public Readings {
        objects = Collections.unmodifiableMap(new LinkedHashMap<>(objects));
    }

    /** How often something was read. */
    public long count() {
        return objects.values().stream().mapToLong(Long::longValue).sum();
    }

    /** {@code <object>=<count>} for each, with blanks between. */
    public String listed() {
        List<String> listed = objects.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .toList();
        return String.join(" ", listed);
    }
}
