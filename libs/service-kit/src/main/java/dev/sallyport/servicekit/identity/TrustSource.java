package dev.sallyport.servicekit.identity;

import java.util.List;

/**
 * Where a running workload gets the steps of trust that follow the one it knows. vault-service implements it on its own
 * table; everywhere else it is a call to vault-service.
 */
@FunctionalInterface
public interface TrustSource {
    /**
     * The signed steps after that one, in their order; none where that is the last. Whoever asks verifies them.
     *
     * @param step what the one who asks pins now
     */
    List<byte[]> after(int step);
}
