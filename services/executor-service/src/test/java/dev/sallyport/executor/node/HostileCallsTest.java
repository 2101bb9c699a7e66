package dev.sallyport.executor.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.executor.TestFolder;
import dev.sallyport.executor.fleet.ProposedCall;
import dev.sallyport.executor.fleet.RunningExecutor;
import dev.sallyport.statements.json.CanonicalJson;
import dev.sallyport.statements.predicate.Decision.Outcome;
import dev.sallyport.statements.predicate.Limits;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.predicate.ToolExecuted;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.verify.StatementVerifier;
import dev.sallyport.statements.vocabulary.CallOutcome;
import dev.sallyport.statements.vocabulary.PermittedProgram;
import dev.sallyport.statements.vocabulary.RequiredRuntime;
import dev.sallyport.statements.vocabulary.RuntimeKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** Many programs at once that want more than they may have, and to stay: the node works on and is afterwards as before. */
class HostileCallsTest {
    private static final Limits LIMITS = new Limits(4_000, 2_000, 48L << 20, 256 << 10, 8, 64, 4L << 20, 8L << 20);

    /** Each is tried by every so many calls. */
    private static final List<String> HOSTILE = List.of(
            "use POSIX; for (1..3) { if (!fork) { POSIX::setsid(); $SIG{TERM} = $SIG{HUP} = 'IGNORE'; if (!fork) { sleep"
                    + " 600 } sleep 600 } }",
            "fork while 1",
            "my @x; while (1) { my $x = 'x' x (1 << 20); push @x, $x }",
            "print 'x' x 65536 while 1",
            "my @f; for my $n (1..60) { open(my $f, '>', \"f$n\") or last; unlink \"f$n\"; for (1..4) { syswrite($f, 'x' x"
                    + " (1 << 20)) } push @f, $f } sleep 600",
            "mkdir '.git'; mkdir '.git/hooks'; open(my $f, '>', '.git/hooks/pre-commit'); print $f 'planted'",
            "1 while 1",
            "my @f; while (open(my $f, '<', '/dev/null')) { push @f, $f } kill 'STOP', $$; sleep 600",
            "use Socket; for (1..5000) { socket(my $s, PF_INET, SOCK_STREAM, 0); socketpair(my $a, my $b, PF_UNIX,"
                    + " SOCK_STREAM, 0) or last; push @s, $a, $b } sleep 600",
            "for (1..500) { mkdir 'd'; chdir 'd' } chmod 0, '.'; $SIG{XCPU} = 'IGNORE'; 1 while 1");

    @Test
    void twentyAtOnceLeaveTheNodeAsItWas() throws Exception {
        hold(20, Duration.ofMinutes(3));
    }

    @Test
    @Tag("soak")
    void twoHundredAtOnceLeaveTheNodeAsItWas() throws Exception {
        hold(200, Duration.ofMinutes(20));
    }

    private static void hold(int calls, Duration patience) throws Exception {
        RunningExecutor control = RunningExecutor.control(
                Map.of("sallyport.executor.control.node-capacity", Integer.toString(calls + 8)));
        Path state = TestFolder.named("hostile");
        try (control;
                RunningExecutor node = RunningExecutor.node(
                        control,
                        state,
                        Map.of(
                                "sallyport.node.capacity", Integer.toString(calls + 4),
                                "sallyport.node.ready-sandboxes", "0",
                                "sallyport.node.executables.perl", "/usr/bin/perl",
                                "sallyport.node.interpreters", "perl"))) {
            List<ProposedCall> hostile = new ArrayList<>();
            List<ProposedCall> first = new ArrayList<>();
            for (int each = 0; each < calls; each++) {
                String session = "session-" + UUID.randomUUID();
                first.add(proposed(
                        "fs.write", session, Map.of("content", HOSTILE.get(each % HOSTILE.size()), "path", "a.pl")));
                hostile.add(proposed("process.run", session, Map.of("args", List.of("a.pl"), "executable", "perl")));
            }
            for (ProposedCall write : first) {
                control.permit(write.permitted(terms -> terms.notAfter = terms.notAfter.plusSeconds(900)));
            }
            for (ProposedCall write : first) {
                assertThat(result(control, write, patience).code()).isEqualTo("OK");
            }
            // One program before what is compared: what a node makes once is there then.
            assertThat(uname(control, patience)).isEqualTo(CallOutcome.SUCCEEDED);
            Map<String, String> before = whatThereIs(state);
            Set<Path> groupsBefore = groups();

            for (ProposedCall call : hostile) {
                control.permit(call.permitted(terms -> {
                    terms.notAfter = terms.notAfter.plusSeconds(900);
                    terms.limits = LIMITS;
                    terms.runtime = new RequiredRuntime(
                            RuntimeKind.PROCESS, "perl", false, null, new PermittedProgram(true, List.of(), false));
                }));
            }
            await().atMost(patience)
                    .until(() -> control.phase(hostile.getFirst().id).isPresent());
            assertThat(uname(control, patience)).as("a call among them").isEqualTo(CallOutcome.SUCCEEDED);
            assertThat(ready(node)).isEqualTo(200);
            Map<String, Integer> codes = new TreeMap<>();
            for (ProposedCall call : hostile) {
                codes.merge(result(control, call, patience).code(), 1, Integer::sum);
            }
            assertThat(ready(node)).isEqualTo(200);

            assertThat(codes.keySet())
                    .as("how they ended: " + codes)
                    .isSubsetOf(
                            "OK",
                            "EXIT_STATUS",
                            "TIMED_OUT",
                            "CPU_TIME_EXCEEDED",
                            "MEMORY_EXCEEDED",
                            "PROCESSES_EXCEEDED",
                            "OUTPUT_EXCEEDED",
                            "WORKSPACE_EXCEEDED",
                            "SANDBOX_VIOLATION");
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                assertThat(whatThereIs(state)).isEqualTo(before);
                assertThat(groups()).isSubsetOf(groupsBefore);
            });
            assertThat(uname(control, patience)).as("a call after them").isEqualTo(CallOutcome.SUCCEEDED);
        }
    }

    /** Groups of calls; another node's may be among them, and go meanwhile. */
    private static Set<Path> groups() throws IOException {
        try (Stream<Path> all = Files.walk(Path.of("/sys/fs/cgroup"))) {
            return all.filter(each -> each.getFileName().toString().startsWith("sallyport-"))
                    .collect(Collectors.toSet());
        } catch (UncheckedIOException _) {
            // One of them has gone meanwhile.
            return groups();
        }
    }

    /** Processes, mounts, pipes and files that this process holds, and the node's folders. */
    private static Map<String, String> whatThereIs(Path state) throws IOException {
        Map<String, String> there = new TreeMap<>();
        there.put(
                "processes",
                ProcessHandle.current()
                        .descendants()
                        .map(each -> each.info().command().orElse("?") + " " + each.pid())
                        .filter(each -> !each.contains("postgres") && !each.contains("java"))
                        .sorted()
                        .collect(Collectors.joining("\n")));
        there.put("mounts", Files.readString(Path.of("/proc/self/mountinfo")));
        TreeMap<String, Integer> open = new TreeMap<>();
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path each : descriptors) {
                try {
                    String target = Files.readSymbolicLink(each).toString();
                    if (target.startsWith("pipe:")
                            || target.startsWith("/memfd:")
                            || target.contains(state.toString())) {
                        open.merge(target.startsWith("pipe:") ? "pipes" : target, 1, Integer::sum);
                    }
                } catch (IOException _) {
                    // Of the look itself.
                }
            }
        }
        there.put("descriptors", open.toString());
        TreeSet<String> folders = new TreeSet<>();
        try (Stream<Path> all = Files.walk(state, 2)) {
            all.filter(Files::isDirectory).forEach(each -> folders.add(each.toString()));
        }
        there.put("folders", folders.toString());
        return there;
    }

    private static CallOutcome uname(RunningExecutor control, Duration patience) throws Exception {
        ProposedCall call = proposed("process.run", "session-uname", Map.of("executable", "uname"));
        control.permit(call.permitted(terms -> terms.notAfter = terms.notAfter.plusSeconds(900)));
        return result(control, call, patience).outcome();
    }

    private static ProposedCall proposed(String tool, String session, Map<String, ?> arguments) {
        byte[] canonical = CanonicalJson.write(JsonMapper.shared().valueToTree(arguments));
        return new ProposedCall(tool, new String(canonical, UTF_8), Outcome.ALLOW, session);
    }

    private static int ready(RunningExecutor node) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(URI.create(node.open("/actuator/health/readiness")))
                                    .timeout(Duration.ofSeconds(10))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .statusCode();
        }
    }

    private static ToolExecuted result(RunningExecutor control, ProposedCall call, Duration patience) throws Exception {
        List<StatementRecord> found = await().atMost(patience)
                .until(
                        () -> control.published(call.id).stream()
                                .filter(record -> new String(
                                                record.signed().envelope().payload(), UTF_8)
                                        .contains(StatementType.TOOL_EXECUTED.uri()))
                                .toList(),
                        list -> !list.isEmpty());
        return control.bean(StatementVerifier.class)
                .verify(StatementType.TOOL_EXECUTED, found.getFirst().encode())
                .predicate(ToolExecuted.class);
    }
}
