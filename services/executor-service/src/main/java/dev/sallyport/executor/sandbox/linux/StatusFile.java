package dev.sallyport.executor.sandbox.linux;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What bubblewrap writes to {@code --json-status-fd}: the pid of the sandbox's first process. Nothing else is taken
 * from it: its namespaces the kernel shows, how the tool ended the gate tells.
 */
final class StatusFile {
    private static final Pattern NUMBER = Pattern.compile("\"([a-z-]+)\": ([0-9]{1,18})(?![0-9])");

    private final Map<String, Long> numbers = new TreeMap<>();

    private StatusFile() {}

    static StatusFile read(byte[] said) {
        StatusFile status = new StatusFile();
        Matcher matcher = NUMBER.matcher(new String(said, StandardCharsets.ISO_8859_1));
        while (matcher.find()) {
            status.numbers.put(matcher.group(1), Long.valueOf(matcher.group(2)));
        }
        return status;
    }

    /** Pid of the sandbox's first process, as the host sees it. */
    OptionalLong childPid() {
        return number("child-pid");
    }

    private OptionalLong number(String name) {
        Long value = numbers.get(name);
        return value == null ? OptionalLong.empty() : OptionalLong.of(value);
    }
}
