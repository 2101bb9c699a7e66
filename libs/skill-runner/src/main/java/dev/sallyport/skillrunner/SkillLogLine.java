package dev.sallyport.skillrunner;

/**
 * A line that a module has logged.
 *
 * @param level 0 to 3, rising
 * @param text as the module wrote it; nobody vouches for it. Bytes that are not UTF-8 are replaced by U+FFFD
 */
public record SkillLogLine(int level, String text) {}
