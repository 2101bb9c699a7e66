package dev.sallyport.local.fleet;

import dev.sallyport.embedded.ChildProcess;
import dev.sallyport.embedded.ChildProcess.Launch;
import dev.sallyport.embedded.ChildProcess.Signal;
import dev.sallyport.embedded.OsUser;
import dev.sallyport.embedded.PrivateFiles;
import dev.sallyport.local.home.Part;
import dev.sallyport.local.home.Replica;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The supervisor's own unpacked program and AOT cache, for its next start. {@code bin/run} finds them in a file of three
 * lines: size and time of the built jar that they are of, the program, the cache.
 */
public final class SupervisorCache {
    private static final String REHEARSAL = "dev.sallyport.local.show.Rehearsal";

    private final FleetContext context;
    private final AotCaches caches;
    private final Path folder;

    /** In that fleet's home. */
    public SupervisorCache(FleetContext context) {
        this.context = context;
        this.folder = context.home().folder().resolve("supervisor");
        this.caches = new AotCaches(folder);
    }

    /** Makes the cache unless there is one for this program. */
    public void train(Path checkout) throws IOException {
        OsUser self = context.users().supervisor();
        Path built = context.programs().built("local");
        Path jar = context.programs().unpacked("local");
        PrivateFiles.folder(folder, self);
        if (caches.best(jar) == Training.NONE) {
            rehearse(jar, checkout);
            if (!caches.keep(jar, Training.START, folder)) {
                throw new IOException("the supervisor's rehearsal left none; its log is " + log());
            }
        }
        String found = "%d %d%n%s%n%s%n"
                .formatted(
                        Files.size(built),
                        Files.getLastModifiedTime(built).to(TimeUnit.SECONDS),
                        jar,
                        caches.file(jar, Training.START));
        PrivateFiles.write(folder.resolve("program"), found.getBytes(StandardCharsets.UTF_8), self);
    }

    private void rehearse(Path jar, Path checkout) {
        var command = new ArrayList<>(List.of(
                "nice",
                "-n",
                "19",
                context.programs().java().toString(),
                "-XX:+UseSerialGC",
                "-Xmx192m",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow"));
        command.addAll(caches.recording(jar, Training.START));
        command.addAll(List.of(
                "-cp",
                jar.toString(),
                REHEARSAL,
                context.home().folder().toString(),
                checkout.toString(),
                context.home().programs().toString(),
                Integer.toString(context.ports().kafka()),
                context.ports().publicUrl(Part.POLICY),
                context.ports().internalUrl(Part.POLICY)));
        ChildProcess.start(new Launch(
                        "rehearsal",
                        command,
                        folder,
                        Map.of("PATH", "/usr/bin:/bin", "LC_ALL", "C.UTF-8", "TZ", "UTC"),
                        log(),
                        context.users().supervisor(),
                        Signal.KILL))
                .exit()
                .join();
    }

    private Path log() {
        return context.home().log(Replica.first(Part.KAFKA)).resolveSibling("supervisor-training.log");
    }
}
