package dev.sallyport.bench.fleet;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The processor time that a fleet's processes have used, with that of their children that have ended: proc(5), {@code
 * /proc/PID/stat}, fields 14 to 17.
 */
final class CpuTime {
    /** A clock tick of {@code /proc} is a hundredth of a second on every Linux that this runs on: sysconf(3). */
    private static final double MILLIS_PER_TICK = 10;

    private static final int USER_TIME = 14;

    /** A part is told where its configuration lies, which is in its own folder. */
    private static final Pattern PART =
            Pattern.compile("additional-location=file:\\S*/([a-z0-9-]+)/application\\.properties");

    private CpuTime() {}

    /** Milliseconds since the processes began. */
    static double millis(FleetProcess fleet) throws IOException {
        double ticks = 0;
        for (ProcessHandle process : fleet.processes()) {
            ticks += ticks(process.pid());
        }
        return ticks * MILLIS_PER_TICK;
    }

    /** The same by program, as far as its command line tells. */
    static Map<String, Double> byProgram(List<ProcessHandle> processes) throws IOException {
        Map<String, Double> millis = new TreeMap<>();
        for (ProcessHandle process : processes) {
            millis.merge(program(process.pid()), ticks(process.pid()) * MILLIS_PER_TICK, Double::sum);
        }
        return millis;
    }

    private static String program(long pid) {
        String line;
        try {
            line = Files.readString(Path.of("/proc/" + pid + "/cmdline"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "ended";
        }
        if (line.contains("EmbeddedKafka")) {
            return "kafka";
        }
        if (line.contains("--checkout")) {
            return "supervisor";
        }
        Matcher part = PART.matcher(line);
        return part.find() ? part.group(1) : line.contains("postgres") ? "postgresql" : "other";
    }

    private static long ticks(long pid) throws IOException {
        String stat;
        try {
            stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        } catch (NoSuchFileException e) {
            return 0;
        } catch (IOException e) {
            if (Files.exists(Path.of("/proc/" + pid))) {
                throw e;
            }
            return 0;
        }
        // The second field, the name in brackets, may have blanks; the third is the first after it.
        String[] fromThird = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        long sum = 0;
        for (int field = USER_TIME; field < USER_TIME + 4; field++) {
            sum += Long.parseLong(fromThird[field - 3]);
        }
        return sum;
    }
}
