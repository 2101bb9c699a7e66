package dev.sallyport.policy.proposal;

import org.jspecify.annotations.Nullable;

/**
 * A call with what its readers are told beside it.
 *
 * @param call the call
 * @param explanation of a decision that does not simply allow, canonical JSON; null for others
 * @param result what came out, canonical JSON; null before the end and where nothing ran
 * @param denialReason the words of the person who denied it; null without any
 */
public record CallView(
        Call call,
        @Nullable String explanation,
        @Nullable String result,
        @Nullable String denialReason) {
    /** A call of which only the call itself was looked up. */
    public static CallView brief(Call call) {
        return new CallView(call, null, null, null);
    }
}
