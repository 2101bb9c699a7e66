package dev.sallyport.approval.grant;

import java.time.Duration;

/**
 * What the giver of a grant wants.
 *
 * @param lasts how long it answers further calls
 * @param uses how many of them at most
 * @param pattern which arguments of them may differ
 */
public record GrantTerms(Duration lasts, int uses, ArgumentPattern pattern) {}
