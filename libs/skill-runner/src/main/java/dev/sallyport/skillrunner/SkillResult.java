package dev.sallyport.skillrunner;

import java.util.List;

/** How a call of a skill ended. */
public sealed interface SkillResult {
    /** What it has used. */
    SkillUsage usage();

    /** What the module has logged, in order. */
    List<SkillLogLine> log();

    /**
     * The tool has answered.
     *
     * @param output the answer as canonical JSON (RFC 8785), which fits the tool's schema
     */
    record Answered(String output, SkillUsage usage, List<SkillLogLine> log) implements SkillResult {
        /** Copies the log. */
        public Answered {
            log = List.copyOf(log);
        }
    }

    /**
     * There is no answer.
     *
     * @param failure why
     * @param detail what happened, for people
     */
    record Failed(SkillFailure failure, String detail, SkillUsage usage, List<SkillLogLine> log)
            implements SkillResult {
        /** Copies the log. */
        public Failed {
            log = List.copyOf(log);
        }
    }
}
