package dev.sallyport.policy.policyset;

/**
 * One file of a policy set.
 *
 * @param path within the set, {@code hard/….cedar} or {@code approval/….cedar}
 * @param text the file's content
 */
public record PolicyFile(String path, String text) {}
