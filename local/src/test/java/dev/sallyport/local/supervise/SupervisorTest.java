package dev.sallyport.local.supervise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.embedded.ChildProcess;
import dev.sallyport.embedded.ChildProcess.Launch;
import dev.sallyport.embedded.ChildProcess.Signal;
import dev.sallyport.embedded.OsUser;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SupervisorTest {
    @TempDir
    private Path folder;

    private final List<String> events = new CopyOnWriteArrayList<>();
    private final Map<String, Long> pids = new ConcurrentHashMap<>();
    private final Set<String> held = ConcurrentHashMap.newKeySet();
    private final Map<String, Long> told = new ConcurrentHashMap<>();
    private final Progress progress = new Progress() {
        @Override
        public void changed(String component, State state, String note) {
            events.add(component + " " + state);
        }

        @Override
        public void ready(String component, long pid) {
            told.put(component, pid);
            changed(component, State.READY, "");
        }
    };

    @Test
    void theFirstStageStartsFirstAndAllStopInReverseLeavingNoProcess() {
        Supervisor supervisor = supervisor(List.of(
                List.of(sleeper("database"), sleeper("broker")),
                List.of(sleeper("service")),
                List.of(sleeper("node"))));
        supervisor.start();
        assertThat(pids).containsOnlyKeys("database", "broker", "service", "node");
        assertThat(events)
                .containsSubsequence("database READY", "service STARTING", "service READY")
                .containsSubsequence("broker READY", "service STARTING")
                .containsSubsequence("database READY", "node STARTING", "node READY");
        assertThat(pids.values()).allMatch(SupervisorTest::isAlive);

        supervisor.stop();
        assertThat(pids.values()).noneMatch(SupervisorTest::isAlive);
        assertThat(events).containsSubsequence("node STOPPED", "service STOPPED", "database STOPPED");
        supervisor.stop();
    }

    @Test
    void whatIsStartedAgainSeesTheSameClassesAsAtFirst() {
        List<ClassLoader> loaders = new CopyOnWriteArrayList<>();
        var exit = new CompletableFuture<Integer>();
        Component component = new Component() {
            @Override
            public String name() {
                return "broker";
            }

            @Override
            public Running start() {
                loaders.add(Thread.currentThread().getContextClassLoader());
                return new Running() {
                    @Override
                    public long pid() {
                        return ProcessHandle.current().pid();
                    }

                    @Override
                    public CompletableFuture<Integer> exit() {
                        return loaders.size() == 1 ? exit : new CompletableFuture<>();
                    }

                    @Override
                    public void stop() {}
                };
            }
        };
        Supervisor supervisor = supervisor(List.of(List.of(component)));
        supervisor.start();
        Thread jdk = new Thread(() -> exit.complete(137));
        jdk.setContextClassLoader(ClassLoader.getPlatformClassLoader());
        jdk.start();
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> loaders.size() == 2);
        assertThat(loaders).containsOnly(Supervisor.class.getClassLoader());
        supervisor.stop();
    }

    @Test
    void aKilledProcessIsStartedAgain() {
        Supervisor supervisor = supervisor(List.of(List.of(sleeper("service"))));
        supervisor.start();
        long first = pid("service");
        ProcessHandle.of(first).orElseThrow().destroyForcibly();
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> pid("service") != first);
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() ->
                        assertThat(events).containsSubsequence("service READY", "service RESTARTING", "service READY"));
        assertThat(isAlive(pid("service"))).isTrue();
        assertThat(told).containsEntry("service", pid("service"));
        supervisor.stop();
        assertThat(isAlive(pid("service"))).isFalse();
    }

    @Test
    void whatEndsAgainAndAgainIsStartedAgainAndTheOthersGoOn() {
        Supervisor supervisor = supervisor(
                List.of(List.of(sleeper("database"), component("service", List.of("/bin/sh", "-c", "exit 7")))));
        supervisor.start();
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() ->
                        events.stream().filter("service RESTARTING"::equals).count() >= 4);
        assertThat(isAlive(pid("database"))).isTrue();
        supervisor.stop();
        assertThat(isAlive(pid("database"))).isFalse();
    }

    @Test
    void whatIsHeldStaysDownUntilItIsLetGo() {
        Supervisor supervisor = supervisor(List.of(List.of(sleeper("service"), sleeper("other"))));
        supervisor.start();
        long first = pid("service");
        held.add("service");
        ProcessHandle.of(first).orElseThrow().destroyForcibly();
        ProcessHandle.of(pid("other")).orElseThrow().destroyForcibly();
        // The other one ended later and is back: the held one had its time.
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(events)
                        .contains("service HELD")
                        .containsSubsequence("other RESTARTING", "other READY"));
        assertThat(pid("service")).isEqualTo(first);
        assertThat(events).doesNotContain("service RESTARTING");

        held.clear();
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> isAlive(pid("service")));
        supervisor.stop();
        assertThat(isAlive(pid("service"))).isFalse();
    }

    @Test
    void whatIsHeldDoesNotDelayTheStop() {
        Supervisor supervisor = supervisor(List.of(List.of(sleeper("service"))));
        supervisor.start();
        held.add("service");
        ProcessHandle.of(pid("service")).orElseThrow().destroyForcibly();
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> events.contains("service HELD"));
        supervisor.stop();
        assertThat(isAlive(pid("service"))).isFalse();
    }

    @Test
    void aFailedStartIsSaidAndTheRestCanBeStopped() {
        Component failing = new Component() {
            @Override
            public String name() {
                return "service";
            }

            @Override
            public Running start() {
                throw new IllegalStateException("port 8441 is taken");
            }
        };
        Supervisor supervisor =
                supervisor(List.of(List.of(sleeper("database")), List.of(failing), List.of(sleeper("node"))));
        assertThatThrownBy(supervisor::start)
                .isInstanceOf(StartFailedException.class)
                .hasMessage("port 8441 is taken");
        assertThat(pids).containsOnlyKeys("database");
        supervisor.stop();
        assertThat(isAlive(pid("database"))).isFalse();
    }

    @Test
    void aProcessStoppedOnPurposeIsNotStartedAgain() {
        Supervisor supervisor = supervisor(List.of(List.of(sleeper("service"))));
        supervisor.start();
        supervisor.stop();
        assertThat(events).doesNotContain("service RESTARTING").endsWith("service STOPPED");
    }

    @Test
    void twoComponentsOfOneNameAreRefused() {
        assertThatThrownBy(() -> supervisor(List.of(List.of(sleeper("a")), List.of(sleeper("a")))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private Supervisor supervisor(List<List<Component>> stages) {
        return new Supervisor(stages, progress, Clock.systemUTC(), held::contains);
    }

    private Component sleeper(String name) {
        return component(name, List.of("/bin/sleep", "600"));
    }

    private Component component(String name, List<String> command) {
        return new Component() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Running start() {
                ChildProcess process = ChildProcess.start(new Launch(
                        name,
                        command,
                        folder,
                        Map.of("PATH", "/usr/bin:/bin"),
                        folder.resolve(name + ".log"),
                        OsUser.current(),
                        Signal.KILL));
                pids.put(name, process.pid());
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
                        process.stop(Signal.TERM, Duration.ofSeconds(10));
                    }
                };
            }
        };
    }

    private long pid(String component) {
        return pids.getOrDefault(component, -1L);
    }

    private static boolean isAlive(long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }
}
