package dev.sallyport.local.fleet;

import dev.sallyport.embedded.BackendException;
import dev.sallyport.embedded.ChildProcess;
import dev.sallyport.embedded.ChildProcess.Launch;
import dev.sallyport.embedded.ChildProcess.Signal;
import dev.sallyport.embedded.OsUser;
import dev.sallyport.embedded.PrivateFiles;
import dev.sallyport.local.home.Part;
import dev.sallyport.local.supervise.Component;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/** A service or the node: one of the production jars as a process of its own. */
final class SpringPart implements Component {

    private static final Duration START_LIMIT = Duration.ofMinutes(4);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
    private static final Duration PROBE_LIMIT = Duration.ofSeconds(5);
    private static final long PROBE_PAUSE_MILLIS = 150;

    private final FleetContext context;
    private final Part part;
    private final String module;
    private final Map<String, String> properties;
    private final URI readiness;
    private final JavaOptions options;

    /**
     * A process of that module's jar.
     *
     * @param properties its whole configuration
     * @param readiness answers 200 once it is ready
     */
    SpringPart(FleetContext context, Part part, String module, Map<String, String> properties, URI readiness) {
        this.context = context;
        this.part = part;
        this.module = module;
        this.properties = properties;
        this.readiness = readiness;
        this.options = new JavaOptions(context.home().of(part));
    }

    @Override
    public String name() {
        return part.id();
    }

    @Override
    public Running start() {
        Path jar = context.programs().unpacked(module);
        Path configuration = prepareFolder();
        ChildProcess process = ChildProcess.start(launch(
                List.of(),
                options.running(jar),
                jar,
                configuration,
                context.home().log(part)));
        try {
            awaitReady(process);
        } catch (RuntimeException e) {
            process.stop(Signal.TERM, STOP_LIMIT);
            throw e;
        }
        return new Running() {
            @Override
            public CompletableFuture<Integer> exit() {
                return process.exit();
            }

            @Override
            public void stop() {
                process.stop(Signal.TERM, STOP_LIMIT);
            }
        };
    }

    /** Makes the part's folder and writes its configuration there. */
    private Path prepareFolder() {
        OsUser user = context.users().of(part);
        Path folder = PrivateFiles.folder(context.home().of(part), user);
        PrivateFiles.folder(folder.resolve("state"), user);
        PrivateFiles.folder(folder.resolve("tmp"), user);
        String text = properties.entrySet().stream()
                .map(property -> property.getKey() + "=" + property.getValue().replace("\\", "\\\\"))
                .collect(Collectors.joining("\n", "# Written at every start.\n", "\n"));
        return PrivateFiles.write(
                folder.resolve("application.properties"), text.getBytes(StandardCharsets.UTF_8), user);
    }

    private Launch launch(List<String> prefix, List<String> jvmOptions, Path jar, Path configuration, Path log) {
        Path folder = context.home().of(part);
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
                context.users().of(part),
                Signal.KILL);
    }

    private void awaitReady(ChildProcess process) {
        long end = System.nanoTime() + START_LIMIT.toNanos();
        try (HttpClient http =
                HttpClient.newBuilder().connectTimeout(PROBE_LIMIT).build()) {
            while (!ready(http)) {
                if (!process.isAlive()) {
                    throw process.failure(BackendException.Code.ENDED_EARLY, "ended while starting");
                }
                if (System.nanoTime() - end > 0) {
                    throw process.failure(
                            BackendException.Code.NOT_READY_IN_TIME,
                            "was not ready after " + START_LIMIT.toSeconds() + " s");
                }
                Thread.sleep(PROBE_PAUSE_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw process.failure(BackendException.Code.ENDED_EARLY, "was interrupted while starting");
        }
    }

    private boolean ready(HttpClient http) throws InterruptedException {
        try {
            return http.send(
                                    HttpRequest.newBuilder(readiness)
                                            .timeout(PROBE_LIMIT)
                                            .build(),
                                    BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Builds the AOT cache for the next start by a run that ends once the program is assembled, before it serves
     * anything. Does nothing when there is a cache for this jar.
     */
    void train() throws IOException {
        Path jar = context.programs().unpacked(module);
        if (options.isTrained(jar)) {
            return;
        }
        Path folder = context.home().of(part);
        ChildProcess training = ChildProcess.start(launch(
                // The fleet is in use meanwhile.
                List.of("nice", "-n", "19"),
                options.training(jar),
                jar,
                folder.resolve("application.properties"),
                context.home().log(part).resolveSibling(name() + "-training.log")));
        training.exit().join();
        options.keep(jar);
    }
}
