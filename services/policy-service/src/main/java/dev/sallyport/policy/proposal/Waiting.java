package dev.sallyport.policy.proposal;

import dev.sallyport.statements.vocabulary.Tier;

/**
 * What a queued call waits for that is not there.
 *
 * @param code why
 * @param pool the pool that its permit names
 * @param tier the least tier that its permit names
 */
public record Waiting(WaitReason code, String pool, Tier tier) {
    /** What it means and what an operator can do. */
    public String message() {
        return code.message(pool, tier);
    }
}
