package dev.sallyport.local.fleet;

import dev.sallyport.embedded.ChildProcess;
import dev.sallyport.embedded.ChildProcess.Launch;
import dev.sallyport.embedded.ChildProcess.Signal;
import dev.sallyport.embedded.OsUser;
import dev.sallyport.embedded.PrivateFiles;
import dev.sallyport.local.home.HomeException;
import dev.sallyport.local.home.Replica;
import dev.sallyport.local.supervise.Component;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A service or the node: one of the production jars as a process of its own. */
final class SpringPart implements Component {
    private static final Duration START_LIMIT = Duration.ofMinutes(4);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
    /** Of a JVM that writes an AOT cache, at the lowest priority, beside all others that do. */
    private static final Duration RECORDING_LIMIT = Duration.ofMinutes(15);

    private static final SecureRandom RANDOM = new SecureRandom();

    private final FleetContext context;
    private final Replica replica;
    private final String module;
    private final Map<String, String> properties;
    private final Balancers balancers;
    private final ReadinessProbe probe;
    private final JavaOptions options;
    private final AotCaches caches;

    /**
     * A process of that module's jar.
     *
     * @param properties its whole configuration
     * @param balancers are told when it is ready
     */
    SpringPart(
            FleetContext context, Replica replica, String module, Map<String, String> properties, Balancers balancers) {
        this.context = context;
        this.replica = replica;
        this.module = module;
        this.properties = properties;
        this.balancers = balancers;
        this.probe = new ReadinessProbe(context.ports().open(replica));
        this.options = new JavaOptions(replica.part(), context.home().of(replica));
        this.caches = new AotCaches(context.home().of(replica));
    }

    @Override
    public String name() {
        return replica.id();
    }

    @Override
    public Running start() {
        Path jar = context.programs().unpacked(module);
        String instance = HexFormat.of().toHexDigits(RANDOM.nextLong());
        Path configuration = prepareFolder(instance);
        ChildProcess process = ChildProcess.start(launch(
                List.of(),
                context.recording() ? options.recording(jar) : options.running(jar),
                jar,
                configuration,
                context.home().log(replica)));
        try {
            probe.await(process, instance, context.recording() ? RECORDING_LIMIT : START_LIMIT);
        } catch (RuntimeException e) {
            process.stop(Signal.TERM, STOP_LIMIT);
            throw e;
        }
        balancers.turn(replica, true);
        var _ = process.exit().thenRun(() -> balancers.turn(replica, false));
        return new Running() {
            @Override
            public long pid() {
                return process.pid();
            }

            @Override
            public CompletableFuture<Integer> exit() {
                return process.exit();
            }

            @Override
            public void stop() {
                balancers.turn(replica, false);
                process.stop(Signal.TERM, context.recording() ? RECORDING_LIMIT : STOP_LIMIT);
            }
        };
    }

    /** Makes the process's folder and writes its configuration there. */
    private Path prepareFolder(String instance) {
        OsUser user = context.users().of(replica);
        Path folder = context.home().make(replica, user);
        String text = Stream.concat(
                        properties.entrySet().stream(), Stream.of(Map.entry("sallyport.instance", instance)))
                .map(property -> property.getKey() + "=" + property.getValue().replace("\\", "\\\\"))
                .collect(Collectors.joining("\n", "# Written at every start.\n", "\n" + settings()));
        return PrivateFiles.write(
                folder.resolve("application.properties"), text.getBytes(StandardCharsets.UTF_8), user);
    }

    /** The properties that people have set for it. Of a property that is named twice, the last one counts. */
    private String settings() {
        Path file = context.home().settings(replica);
        try {
            return Files.exists(file) ? "# From " + file + "\n" + Files.readString(file) + "\n" : "";
        } catch (IOException e) {
            throw new HomeException(file + " cannot be read: " + e, e);
        }
    }

    private Launch launch(List<String> prefix, List<String> jvmOptions, Path jar, Path configuration, Path log) {
        Path folder = context.home().of(replica);
        var command = new ArrayList<>(prefix);
        command.add(context.programs().java().toString());
        command.addAll(jvmOptions);
        command.addAll(List.of("-jar", jar.toString(), "--spring.config.additional-location=file:" + configuration));
        return new Launch(
                name(),
                command,
                folder,
                Map.of(
                        "PATH",
                        "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                        "HOME",
                        folder.toString(),
                        "LC_ALL",
                        "C.UTF-8",
                        "TZ",
                        "UTC"),
                log,
                context.users().of(replica),
                Signal.KILL);
    }

    /**
     * Builds the AOT cache for the next start by a run that ends once the program is assembled, before it serves
     * anything. Does nothing when there is a cache for this jar.
     */
    void train() throws IOException {
        Path jar = context.programs().unpacked(module);
        if (caches.best(jar) != Training.NONE) {
            return;
        }
        Path folder = context.home().of(replica);
        ChildProcess training = ChildProcess.start(launch(
                // The fleet is in use meanwhile.
                List.of("nice", "-n", "19"),
                options.training(jar),
                jar,
                folder.resolve("application.properties"),
                context.home().log(replica).resolveSibling(name() + "-training.log")));
        training.exit().join();
        caches.keep(jar, Training.START, folder);
    }

    /** Whether its cache knows what calls need. */
    boolean knowsCalls() {
        return caches.best(context.programs().unpacked(module)) == Training.CALLS;
    }

    /**
     * Takes over the cache that the process of that name wrote in a fleet that worked on calls.
     *
     * @param folder that fleet's home
     */
    void keepRecorded(Path folder) throws IOException {
        Path jar = context.programs().unpacked(module);
        caches.keep(jar, Training.CALLS, folder.resolve(replica.id()));
    }
}
