package dev.sallyport.policy.policyset;

import dev.sallyport.statements.StatementJson;
import java.io.BufferedInputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries sets in a process of their own before this one parses them: Cedar's native parser takes the process down where its
 * stack ends, and no guard before it is proved complete. The process is started when it is needed, answers one set after
 * the other, and ends when it has not been needed for a while. A set that ends it, or takes too long there, is refused.
 */
final class TrialCompile implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(TrialCompile.class);
    private static final String LAUNCHER = "org.springframework.boot.loader.launch.JarLauncher";
    private static final String SERVICE = "dev.sallyport.policy.PolicyService";

    private final List<String> program;
    private final Limits limits;
    private @Nullable Child child;

    /**
     * What the process may use.
     *
     * @param heapMebibytes its Java heap
     * @param start until it can be asked
     * @param check for one set
     */
    record Limits(int heapMebibytes, Duration start, Duration check) {
        /** A check of the largest set with the most tests takes a tenth of both. */
        static final Limits SHIPPED = new Limits(192, Duration.ofSeconds(60), Duration.ofSeconds(60));
    }

    /** A trial in this service's own program. */
    TrialCompile(Limits limits) {
        this(List.of(isLaunched() ? LAUNCHER : SERVICE, TrialMain.ARGUMENT), limits);
    }

    /** A trial in a program of this class path: its main class, and arguments. */
    TrialCompile(List<String> program, Limits limits) {
        this.program = List.copyOf(program);
        this.limits = limits;
    }

    /**
     * Tries a set; afterwards it is known not to end a process.
     *
     * @throws TrialFailedException when it does, takes too long, or no process can be started
     */
    synchronized void run(SetDocument document) {
        byte[] set = StatementJson.canonical(document.files());
        Child running = child;
        if (running != null && running.isAlive()) {
            try {
                running.check(set);
                return;
            } catch (TrialFailedException e) {
                // What earlier sets have left there may be to blame: a fresh process says for sure.
                log.info("The process for trials is started again: {}", e.getMessage());
            }
        }
        end();
        child = Child.start(program, limits);
        try {
            child.check(set);
        } catch (TrialFailedException e) {
            end();
            throw e;
        }
    }

    /** The process's id, for tests; empty while there is none. */
    synchronized List<Long> pid() {
        return child == null ? List.of() : List.of(child.process.pid());
    }

    private void end() {
        if (child != null) {
            child.end();
            child = null;
        }
    }

    @Override
    public synchronized void close() {
        end();
    }

    /** Whether this service was started from one jar that holds all others. */
    private static boolean isLaunched() {
        try {
            Class.forName(LAUNCHER, false, ClassLoader.getSystemClassLoader());
            return true;
        } catch (ClassNotFoundException _) {
            return false;
        }
    }

    /** One process. */
    private static final class Child {
        private final Process process;
        private final Path folder;
        private final DataOutputStream sets;
        private final InputStream answers;
        private final Limits limits;

        private Child(Process process, Path folder, Limits limits) {
            this.process = process;
            this.folder = folder;
            this.limits = limits;
            this.sets = new DataOutputStream(process.getOutputStream());
            this.answers = new BufferedInputStream(process.getInputStream());
        }

        static Child start(List<String> program, Limits limits) {
            Child child;
            try {
                Path folder = Files.createTempDirectory("sallyport-trial-");
                ProcessBuilder builder = new ProcessBuilder(command(program, folder, limits))
                        .directory(folder.toFile())
                        .redirectError(ProcessBuilder.Redirect.DISCARD);
                // Whatever secrets the service's environment holds are nobody's there.
                builder.environment().clear();
                child = new Child(builder.start(), folder, limits);
            } catch (IOException e) {
                throw TrialFailedException.unavailable("it cannot be started", e);
            }
            try {
                child.await(TrialMain.READY, limits.start(), () -> {});
            } catch (TrialFailedException e) {
                child.end();
                throw TrialFailedException.unavailable("it does not come up", e);
            }
            return child;
        }

        private static List<String> command(List<String> program, Path folder, Limits limits) {
            String java =
                    Path.of(System.getProperty("java.home"), "bin", "java").toString();
            List<String> options = List.of(
                    "-Xmx" + limits.heapMebibytes() + "m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+ExitOnOutOfMemoryError",
                    "-XX:-CreateCoredumpOnCrash",
                    "-XX:ErrorFile=" + folder.resolve("crash.log"),
                    "-XX:+DisableAttachMechanism",
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow",
                    "-Djava.io.tmpdir=" + folder,
                    "-cp",
                    classPath());
            return Stream.of(List.of(java), options, program)
                    .flatMap(List::stream)
                    .toList();
        }

        /** Each entry from the root: the process starts in a folder of its own. */
        private static String classPath() {
            return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                    .map(entry -> Path.of(entry).toAbsolutePath().toString())
                    .collect(Collectors.joining(File.pathSeparator));
        }

        boolean isAlive() {
            return process.isAlive();
        }

        void check(byte[] set) {
            await(TrialMain.DONE, limits.check(), () -> {
                sets.writeInt(set.length);
                sets.write(set);
                sets.flush();
            });
        }

        private interface Step {
            void run() throws IOException;
        }

        /** Takes the step, which may block where the process does not read, and waits for this answer. */
        private void await(int answer, Duration most, Step step) {
            FutureTask<Integer> exchange = new FutureTask<>(() -> {
                step.run();
                return answers.read();
            });
            Thread.ofVirtual().name("policy-set-trial").start(exchange);
            try {
                if (exchange.get(most.toMillis(), TimeUnit.MILLISECONDS) != answer) {
                    throw died();
                }
            } catch (TimeoutException _) {
                process.destroyForcibly();
                throw TrialFailedException.of("took longer than " + most.toSeconds() + " s there");
            } catch (ExecutionException _) {
                throw died();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                process.destroyForcibly();
                throw TrialFailedException.unavailable("it was interrupted", e);
            }
        }

        private TrialFailedException died() {
            process.destroyForcibly();
            return TrialFailedException.of("ended that process");
        }

        void end() {
            process.destroyForcibly();
            process.onExit()
                    .orTimeout(10, TimeUnit.SECONDS)
                    .handle((_, _) -> null)
                    .join();
            try {
                Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                        Files.deleteIfExists(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException e)
                            throws IOException {
                        Files.deleteIfExists(visited);
                        return FileVisitResult.CONTINUE;
                    }
                });
            } catch (IOException | UncheckedIOException e) {
                log.warn("The folder {} of an ended trial stays", folder, e);
            }
        }
    }
}
