package dev.sallyport.policy.proposal;

import org.jspecify.annotations.Nullable;

/**
 * A call with what its readers are told beside it.
 *
 * @param call the call
 * @param explanation of a decision that does not simply allow, canonical JSON; null for others
 * @param result what came out, canonical JSON; null before the end and where nothing ran
 */
public record CallView(
        Call call, @Nullable String explanation, @Nullable String result) {}
