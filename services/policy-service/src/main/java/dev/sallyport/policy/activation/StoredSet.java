package dev.sallyport.policy.activation;

import dev.sallyport.policy.policyset.SetDocument;
import dev.sallyport.statements.Digest;
import java.time.Instant;
import java.util.List;

/**
 * An uploaded policy set.
 *
 * @param digest its content address
 * @param name what its first uploader called it; may be empty
 * @param document its files
 * @param authors who uploaded it first, and who answers for a service that did
 * @param uploadedAt when
 */
public record StoredSet(Digest digest, String name, SetDocument document, List<String> authors, Instant uploadedAt) {
    /** Copies the authors. */
    public StoredSet {
        authors = List.copyOf(authors);
    }
}
