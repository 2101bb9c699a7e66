package dev.sallyport.policy.proposal;

/**
 * What a queued call waits for that is not there.
 *
 * @param code why: a name of {@link WaitReason}
 * @param pool the pool that its permit names
 * @param tier the least tier that its permit names
 * @param message what it means and what an operator can do
 */
public record Waiting(String code, String pool, String tier, String message) {}
