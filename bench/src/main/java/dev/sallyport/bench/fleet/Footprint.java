package dev.sallyport.bench.fleet;

import dev.sallyport.bench.measure.Benchmark;
import dev.sallyport.bench.measure.Row;
import dev.sallyport.bench.measure.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * How long the warm fleet took to be up, and what all its processes hold in memory together, shared pages counted once
 * (PSS, proc(5)). Memory is read when this is measured: last, so after the load of the other figures.
 */
public final class Footprint implements Benchmark {
    private final WarmFleet warm;

    /** Measures that fleet. */
    public Footprint(WarmFleet warm) {
        this.warm = warm;
    }

    @Override
    public String name() {
        return "footprint";
    }

    @Override
    public List<Row> measure(Run run) throws Exception {
        FleetProcess fleet = warm.running(run);
        return List.of(
                Row.absolute("fleet start, warm", fleet.upAfterSeconds(), "s"),
                Row.absolute("fleet memory", mebibytes(fleet), "MiB"));
    }

    /** What all processes of the fleet hold together, in MiB. */
    static double mebibytes(FleetProcess fleet) throws IOException {
        double kibibytes = 0;
        for (ProcessHandle process : fleet.processes()) {
            kibibytes += proportional(process.pid());
        }
        return kibibytes / 1024;
    }

    private static long proportional(long pid) throws IOException {
        Path rollup = Path.of("/proc/" + pid + "/smaps_rollup");
        try {
            for (String line : Files.readAllLines(rollup)) {
                if (line.startsWith("Pss:")) {
                    return Long.parseLong(line.replaceAll("\\D", ""));
                }
            }
        } catch (IOException e) {
            if (Files.exists(Path.of("/proc/" + pid))) {
                throw new IOException(rollup + " cannot be read: run this as the fleet's users or as root", e);
            }
        }
        return 0;
    }
}
