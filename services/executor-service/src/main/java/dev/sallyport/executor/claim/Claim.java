package dev.sallyport.executor.claim;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A call won by a node.
 *
 * @param permitRecord base64 of the permit's record, exact bytes
 * @param startedRecord base64 of the execution-started record, exact bytes
 * @param fence fencing number, to be named in every later request
 * @param leaseMs how long the lease holds from the claim on, in milliseconds
 * @param blobs files that the call needs besides; none for built-ins and processes
 */
public record Claim(String permitRecord, String startedRecord, long fence, long leaseMs, List<Blob> blobs) {
    /** Copies the list; one that is missing is empty. */
    public Claim {
        blobs = copy(blobs);
    }

    private static List<Blob> copy(@Nullable List<Blob> list) {
        return list == null ? List.of() : List.copyOf(list);
    }
}
