package dev.sallyport.attestation.rejection;

import dev.sallyport.statements.Digest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Sums up rejected records one by one, in their order, without keeping them. */
final class RejectionListing {
    private final MessageDigest list = Digest.sha256();
    private final Map<String, Long> reasons = new TreeMap<>();
    private long count;
    private @Nullable SourcePosition first;
    private @Nullable RejectedRecord last;
    private Instant from = Instant.MAX;
    private Instant to = Instant.MIN;

    void add(RejectedRecord record, Instant at) {
        SourcePosition position = record.position();
        String line = position.partition() + "/" + position.offset() + " "
                + record.digest().hex() + " " + record.reasonAndReporter() + "\n";
        list.update(line.getBytes(StandardCharsets.US_ASCII));
        reasons.merge(record.reasonAndReporter(), 1L, Long::sum);
        first = first == null ? position : first;
        last = record;
        from = at.isBefore(from) ? at : from;
        to = at.isAfter(to) ? at : to;
        count++;
    }

    RejectedRecords result() {
        SourcePosition begins = first;
        RejectedRecord ends = last;
        if (begins == null || ends == null) {
            throw new IllegalStateException("no rejected record waits to be reported");
        }
        return new RejectedRecords(count, begins, ends, Digest.ofRaw(list.digest()), reasons, from, to);
    }
}
