package dev.sallyport.policy.activation;

import dev.sallyport.policy.engine.PolicySnapshot;
import dev.sallyport.policy.policyset.SetDocument;
import java.util.List;

/**
 * What may decide, compiled with the baseline.
 *
 * @param name its name
 * @param document its files; none for the baseline alone
 * @param authors who uploaded it; nobody for the baseline alone
 * @param snapshot what it was compiled to
 */
public record LoadedSet(SetName name, SetDocument document, List<String> authors, PolicySnapshot snapshot) {
    /** Copies the authors. */
    public LoadedSet {
        authors = List.copyOf(authors);
    }
}
