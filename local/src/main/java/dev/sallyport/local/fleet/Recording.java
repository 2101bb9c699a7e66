package dev.sallyport.local.fleet;

import dev.sallyport.embedded.ChildProcess;
import dev.sallyport.embedded.ChildProcess.Launch;
import dev.sallyport.embedded.ChildProcess.Signal;
import dev.sallyport.embedded.FolderRemoval;
import dev.sallyport.local.home.FleetSize;
import dev.sallyport.local.home.Part;
import dev.sallyport.local.home.Replica;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A second fleet, in a folder of this one's home, that works on calls for some minutes at the lowest priority and writes
 * this one's AOT caches when it ends. It has identities, databases and topics of its own, which are removed with it.
 */
public final class Recording {
    /** What the second fleet needs at most, in KiB. */
    private static final long MEMORY_KIBIBYTES = 5L << 20;

    private static final Duration LONGEST = Duration.ofMinutes(45);

    private static final Pattern AVAILABLE = Pattern.compile("(?m)^MemAvailable:\\s+(\\d+) kB$");

    private final FleetContext context;
    private final Fleet fleet;
    private @Nullable ChildProcess running;
    private boolean stopped;

    /** For the caches of that fleet. */
    public Recording(FleetContext context, Fleet fleet) {
        this.context = context;
        this.fleet = fleet;
    }

    /** The folder of the second fleet in a home. It is there from the beginning of a recording to its end. */
    public static Path folder(Path home) {
        return home.resolve("training");
    }

    /**
     * Records and takes over what was recorded. Does nothing where every cache knows what calls need already, or where the
     * machine has too little memory left for a second fleet.
     *
     * @param checkout the built project
     * @throws IOException when it failed
     */
    public void record(Path checkout) throws IOException {
        removeRemains();
        if (fleet.knowsCalls() || availableKibibytes() < MEMORY_KIBIBYTES) {
            return;
        }
        Path home = folder(context.home().folder());
        ChildProcess child = start(home, checkout);
        if (child == null) {
            return;
        }
        try {
            int exit = child.exit().get(LONGEST.toMillis(), TimeUnit.MILLISECONDS);
            if (exit != 0) {
                throw new IOException("the fleet that was to be recorded ended with " + exit + "; its log is " + log());
            }
            fleet.keepRecorded(home);
        } catch (ExecutionException | TimeoutException e) {
            child.stop(Signal.KILL, Duration.ofSeconds(10));
            throw new IOException("the fleet that was to be recorded did not end; its log is " + log(), e);
        } catch (InterruptedException e) {
            child.stop(Signal.KILL, Duration.ofSeconds(10));
            Thread.currentThread().interrupt();
        } finally {
            removeRemains();
        }
    }

    /** Removes what a second fleet has left, its keys and tokens among it. */
    public void removeRemains() throws IOException {
        FolderRemoval.remove(folder(context.home().folder()));
    }

    private synchronized @Nullable ChildProcess start(Path home, Path checkout) {
        if (stopped) {
            return null;
        }
        FleetSize size = context.ports().size();
        Path jar = context.programs().unpacked("local");
        ChildProcess child = ChildProcess.start(new Launch(
                "training",
                List.of(
                        "nice",
                        "-n",
                        "19",
                        context.programs().java().toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx192m",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-jar",
                        jar.toString(),
                        "--checkout",
                        checkout.toString(),
                        "--home",
                        home.toString(),
                        "--replicas",
                        Integer.toString(size.replicas()),
                        "--nodes",
                        Integer.toString(size.nodes()),
                        "--record",
                        context.home().programs().toString()),
                context.home().folder(),
                Map.of(
                        "PATH",
                        "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                        "HOME",
                        context.home().folder().toString(),
                        "LC_ALL",
                        "C.UTF-8"),
                log(),
                context.users().supervisor(),
                Signal.KILL));
        running = child;
        return child;
    }

    /** Ends it without a result; nothing is recorded any more. */
    public synchronized void stop() {
        stopped = true;
        if (running != null) {
            running.stop(Signal.KILL, Duration.ofSeconds(10));
        }
    }

    private Path log() {
        return context.home().log(Replica.first(Part.KAFKA)).resolveSibling("training.log");
    }

    /** See proc_meminfo(5). */
    private static long availableKibibytes() throws IOException {
        Matcher matcher = AVAILABLE.matcher(Files.readString(Path.of("/proc/meminfo")));
        return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
    }
}
