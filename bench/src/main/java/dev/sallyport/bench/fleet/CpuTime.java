package dev.sallyport.bench.fleet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * The processor time that a fleet's processes have used, with that of their children that have ended: proc(5), {@code
 * /proc/PID/stat}, fields 14 to 17.
 */
final class CpuTime {
    /** A clock tick of {@code /proc} is a hundredth of a second on every Linux that this runs on: sysconf(3). */
    private static final double MILLIS_PER_TICK = 10;

    private static final int USER_TIME = 14;

    private CpuTime() {}

    /** Milliseconds since the processes began. */
    static double millis(FleetProcess fleet) throws IOException {
        double ticks = 0;
        for (ProcessHandle process : fleet.processes()) {
            ticks += ticks(process.pid());
        }
        return ticks * MILLIS_PER_TICK;
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
