package dev.sallyport.skillrunner;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A line that a module has logged.
 *
 * @param level 0 to 3, rising
 * @param text as the module wrote it; nobody vouches for it. Bytes that are not UTF-8 are replaced by U+FFFD
 */
public record SkillLogLine(int level, String text) {
    /** A log as it is kept with a call: for each line its level, a space, its text and a line feed. */
    public static byte[] bytes(List<SkillLogLine> lines) {
        return lines.stream()
                .map(line -> line.level() + " " + line.text() + "\n")
                .collect(Collectors.joining())
                .getBytes(StandardCharsets.UTF_8);
    }
}
