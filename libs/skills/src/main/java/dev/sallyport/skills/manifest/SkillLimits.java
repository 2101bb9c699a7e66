package dev.sallyport.skills.manifest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What one call may use. A manifest states what the skill needs; what holds is the smallest of what was stated and what
 * the operator and the policy allow.
 *
 * @param wall how long, of wall-clock time
 * @param fuel units of work; about one per instruction
 * @param memoryPages pages of linear memory, of 64 KiB each
 * @param outputBytes bytes of the answer and of the log together
 * @param hostCalls calls of host functions
 */
public record SkillLimits(Duration wall, long fuel, int memoryPages, int outputBytes, int hostCalls) {
    /** The most that any skill may ask for. */
    public static final SkillLimits MOST =
            new SkillLimits(Duration.ofMinutes(1), 1_000_000_000_000L, 1_024, 1 << 20, 100_000);

    /** The smaller of each. */
    public SkillLimits atMost(SkillLimits other) {
        return new SkillLimits(
                wall.compareTo(other.wall) <= 0 ? wall : other.wall,
                Math.min(fuel, other.fuel),
                Math.min(memoryPages, other.memoryPages),
                Math.min(outputBytes, other.outputBytes),
                Math.min(hostCalls, other.hostCalls));
    }

    /** Which of these are larger than the earlier ones, one line each. */
    public List<String> beyond(SkillLimits earlier) {
        List<String> more = new ArrayList<>();
        if (wall.compareTo(earlier.wall) > 0) {
            more.add("wall_ms of " + wall.toMillis());
        }
        if (fuel > earlier.fuel) {
            more.add("fuel of " + fuel);
        }
        if (memoryPages > earlier.memoryPages) {
            more.add("memory_pages of " + memoryPages);
        }
        if (outputBytes > earlier.outputBytes) {
            more.add("output_bytes of " + outputBytes);
        }
        if (hostCalls > earlier.hostCalls) {
            more.add("host_calls of " + hostCalls);
        }
        return List.copyOf(more);
    }
}
