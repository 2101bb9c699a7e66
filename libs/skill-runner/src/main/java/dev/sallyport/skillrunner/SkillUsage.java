package dev.sallyport.skillrunner;

/**
 * What a call has used.
 *
 * @param fuel units of work
 * @param memoryPages pages of 64 KiB that the memory had at the end; it never shrinks
 * @param hostCalls calls of host functions
 * @param outputBytes bytes of the answer and the log together
 */
public record SkillUsage(long fuel, int memoryPages, int hostCalls, int outputBytes) {
    /** A call that did not begin. */
    static final SkillUsage NONE = new SkillUsage(0, 0, 0, 0);
}
