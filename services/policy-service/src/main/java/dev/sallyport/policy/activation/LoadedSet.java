package dev.sallyport.policy.activation;

import dev.sallyport.policy.engine.PolicySnapshot;
import dev.sallyport.policy.policyset.SetDocument;

/**
 * What may decide, compiled with the baseline.
 *
 * @param name its name
 * @param document its files; none for the baseline alone
 * @param snapshot what it was compiled to
 */
public record LoadedSet(SetName name, SetDocument document, PolicySnapshot snapshot) {}
