package dev.sallyport.bench.attack;

import dev.sallyport.bench.attack.AttackCase.Deed;
import dev.sallyport.bench.attack.AttackCase.Expected;
import dev.sallyport.bench.measure.NodeUsersJava;
import dev.sallyport.embedded.FolderRemoval;
import dev.sallyport.embedded.OsUser;
import dev.sallyport.executor.platform.ToolUser;
import dev.sallyport.executor.sandbox.NetworkPlan;
import dev.sallyport.executor.sandbox.Sandbox;
import dev.sallyport.executor.sandbox.SandboxLimits;
import dev.sallyport.executor.sandbox.SandboxPlan;
import dev.sallyport.executor.sandbox.SandboxProbe;
import dev.sallyport.executor.sandbox.SandboxResult;
import dev.sallyport.executor.sandbox.SandboxedCall;
import dev.sallyport.executor.sandbox.ToolFailure;
import dev.sallyport.executor.sandbox.linux.LinuxSandboxHost;
import dev.sallyport.executor.sandbox.linux.ready.ReadyTerms;
import dev.sallyport.executor.tool.ToolResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The command {@code bench/attack}: runs every attack without a sandbox, as the control, and in each tier of this host.
 *
 * <p>Tools never run as root. Started as root, it attacks both kinds of node: the unprivileged one, whose tools have its
 * own user, in a process of that user without any capability; and the privileged one, whose tools have a user of their
 * own. Each result says whose the tools' user was.
 */
public final class Attacks implements AutoCloseable {
    private static final String USAGE = """
            Usage: bench/attack [--json FILE] [--only WORD[,WORD]]

              --json FILE           write [{case, tier, expected, observed, control, holds}]
              --only WORD[,WORD]    cases whose name begins with one of them

            Exit status: 0 when every case holds, 3 when one does not, 1 when something failed, 2 for a bad command line.
            """;
    private static final int FAILED = 1;
    private static final int BAD_COMMAND = 2;
    private static final int NOT_HELD = 3;
    private static final int UNPRIVILEGED = 64_903;

    private final Path base;
    private final AttackedHost host;
    private final Calls calls;
    private final List<Sandbox> sandboxes = new ArrayList<>();
    private final String whose;

    private final boolean waited;

    /** Makes every sandbox of this host ready; one that cannot be is an error, not a case less. */
    public Attacks() throws IOException, InterruptedException {
        this(false);
    }

    /**
     * The same.
     *
     * @param waited whether each attack gets a sandbox that was made before it and waited
     */
    Attacks(boolean waited) throws IOException, InterruptedException {
        this.waited = waited;
        base = Files.createTempDirectory(
                "sallyport-attack", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        ToolUser user = OsUser.current().isRoot() ? new ToolUser(UNPRIVILEGED, UNPRIVILEGED) : null;
        whose = user == null ? "node" : "tools";
        Path workspace = Files.createDirectory(base.resolve("workspace"));
        if (user != null) {
            Files.setAttribute(workspace, "unix:uid", user.uid());
            Files.setAttribute(workspace, "unix:gid", user.gid());
        }
        Files.setPosixFilePermissions(workspace, PosixFilePermissions.fromString("rwx------"));
        host = new AttackedHost(Files.createDirectory(base.resolve("host")), workspace, user);
        Path state = Files.createDirectory(base.resolve("state"));
        ReadyTerms terms = waited ? new ReadyTerms(1, 4, Duration.ofMinutes(1)) : ReadyTerms.NONE;
        for (SandboxProbe probe : new LinuxSandboxHost(
                        state, Path.of("/usr/bin/bwrap"), user, Clock.systemUTC(), terms, List.of())
                .probes()) {
            sandboxes.add(probe.open());
        }
        calls = new Calls(host, base.resolve("copies"));
    }

    /**
     * Runs the cases whose name begins with one of the words; each result is told to {@code each} as it is there.
     *
     * @param only the words with commas between them; empty for all cases
     */
    public List<Result> run(String only, Consumer<Result> each) throws Exception {
        List<Result> results = new ArrayList<>();
        for (AttackCase attack : AttackCase.named(only)) {
            boolean control = control(attack);
            for (Sandbox sandbox : sandboxes) {
                Result result = inside(attack, sandbox, control);
                results.add(result);
                each.accept(result);
            }
        }
        return results;
    }

    /**
     * What came of an attack in one tier.
     *
     * @param attack its name
     * @param user {@code node} where tools have the node's user, {@code tools} where they have their own
     * @param expected {@code held}, or {@code works} for what every tool may do
     * @param observed the same, with what the program or the sandbox said
     * @param control whether the same works without a sandbox
     * @param holds whether it came as expected, and would have been noticed if not
     */
    public record Result(
            String attack,
            String user,
            String tier,
            String expected,
            String observed,
            boolean control,
            boolean holds) {}

    private boolean control(AttackCase attack) throws Exception {
        host.reset();
        String mark = mark();
        try {
            String said = host.outside(attack.deed(), mark, attack.controlMillis());
            return attack.effect().isSeen(host, new Attempt(mark, said));
        } finally {
            host.clean(mark);
        }
    }

    private Result inside(AttackCase attack, Sandbox sandbox, boolean control) throws Exception {
        host.reset();
        String mark = mark();
        String said;
        String failure = "";
        try {
            switch (attack.deed()) {
                case Deed.Perl perl -> {
                    SandboxResult result =
                            started(sandbox, plan(attack, perl, mark)).await();
                    said = new String(result.stdout().kept(), StandardCharsets.UTF_8);
                    ToolFailure ended = result.failure();
                    failure = ended == null ? "" : " " + ended.code();
                    if (!result.treeGone()) {
                        failure += " and left a process";
                    }
                }
                case Deed.Call call -> {
                    ToolResult result = calls.run(sandbox, call, mark);
                    said = Calls.text(result);
                    failure = result.code().equals(ToolResult.OK) ? "" : " " + result.code();
                }
            }
        } catch (ToolFailure e) {
            said = "";
            failure = " refused " + e.code();
        }
        boolean seen = attack.effect().isSeen(host, new Attempt(mark, said));
        boolean clean = AttackedHost.processesWith(mark).isEmpty();
        host.clean(mark);
        boolean wanted = attack.expected() == Expected.WORKS;
        String text = said.strip();
        String observed = (seen ? "works" : "held")
                + failure
                + (text.isEmpty() ? "" : ": " + (text.length() > 80 ? text.substring(0, 80) : text));
        return new Result(
                attack.name(),
                whose,
                sandbox.tier().name(),
                wanted ? "works" : "held",
                observed,
                control,
                control && clean && seen == wanted && (!wanted || failure.isEmpty()));
    }

    private SandboxedCall started(Sandbox sandbox, SandboxPlan plan) throws InterruptedException {
        if (!waited) {
            return sandbox.start(plan, null);
        }
        sandbox.start(
                        new SandboxPlan(
                                plan.executable(),
                                plan.image(),
                                List.of("-e", "1"),
                                plan.workspace(),
                                plan.confined(),
                                plan.environment(),
                                plan.network(),
                                plan.limits()),
                        null)
                .await();
        long patience = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (sandbox.waiting() == 0 && System.nanoTime() < patience) {
            Thread.onSpinWait();
        }
        if (sandbox.waiting() == 0) {
            throw new IllegalStateException("no sandbox was made in advance");
        }
        return sandbox.start(plan, null);
    }

    private SandboxPlan plan(AttackCase attack, Deed.Perl perl, String mark) {
        SandboxLimits usual = SandboxLimits.DEFAULT;
        return new SandboxPlan(
                AttackedHost.PERL,
                AttackedHost.PERL,
                List.of("-e", host.filled(perl.text()), "--", mark),
                host.workspace(),
                false,
                Map.of(),
                NetworkPlan.NONE,
                new SandboxLimits(
                        attack.wallMillis(),
                        usual.cpuMillis(),
                        usual.memoryBytes(),
                        usual.processes(),
                        usual.openFiles(),
                        usual.fileBytes(),
                        usual.outputBytes(),
                        usual.scratchBytes(),
                        usual.workspaceBytes(),
                        usual.workspaceFiles()));
    }

    private static String mark() {
        return "attack-" + System.nanoTime();
    }

    /** Attacks and exits. */
    public static void main(String... arguments) {
        System.exit(run(arguments));
    }

    private static int run(String... arguments) {
        Path json = null;
        String only = "";
        Iterator<String> words = List.of(arguments).iterator();
        while (words.hasNext()) {
            String word = words.next();
            if (!words.hasNext() || !List.of("--json", "--only").contains(word)) {
                System.err.print(USAGE);
                return BAD_COMMAND;
            }
            if (word.equals("--json")) {
                json = Path.of(words.next());
            } else {
                only = words.next();
            }
        }
        try {
            AttackCase.named(only);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            return BAD_COMMAND;
        }
        try {
            List<Result> results = everywhere(only);
            if (json != null) {
                Files.writeString(json, json(results));
            }
            long held = results.stream().filter(Result::holds).count();
            System.out.printf("%d of %d hold%n", held, results.size());
            return held == results.size() ? 0 : NOT_HELD;
        } catch (Exception e) {
            e.printStackTrace();
            return FAILED;
        }
    }

    /** Both kinds of node where this process is root, else the one that this process could be. */
    static List<Result> everywhere(String only) throws Exception {
        List<Result> results = new ArrayList<>();
        if (OsUser.current().isRoot()) {
            results.addAll(asNode(only));
        }
        try (Attacks attacks = new Attacks()) {
            results.addAll(attacks.run(only, Attacks::print));
        }
        return results;
    }

    private static List<Result> asNode(String only) throws IOException, InterruptedException {
        Path base = Files.createTempDirectory(
                "sallyport-attack", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        try {
            NodeUsersJava java = new NodeUsersJava(Files.createDirectory(base.resolve("lib")));
            Path own = Files.createDirectory(base.resolve("own"));
            OsUser node = NodeUsersJava.user();
            node.own(own);
            Path results = own.resolve("results");
            Process process = new ProcessBuilder(java.command(node, AsNode.class, List.of(only, results.toString())))
                    .directory(own.toFile())
                    .inheritIO()
                    .start();
            if (process.waitFor() != 0) {
                throw new IOException("the attacks on the unprivileged node failed");
            }
            List<Result> read = new ArrayList<>();
            for (String line : Files.readAllLines(results)) {
                String[] fields = line.split("\t", -1);
                read.add(new Result(
                        fields[0],
                        fields[1],
                        fields[2],
                        fields[3],
                        fields[6],
                        Boolean.parseBoolean(fields[4]),
                        Boolean.parseBoolean(fields[5])));
            }
            return read;
        } finally {
            FolderRemoval.remove(base);
        }
    }

    /** The attacks in a process of the node's user. */
    static final class AsNode {
        private AsNode() {}

        /** Arguments: the beginnings of the cases' names, and the file for the results. */
        public static void main(String... arguments) throws Exception {
            try (Attacks attacks = new Attacks()) {
                StringBuilder lines = new StringBuilder();
                for (Result result : attacks.run(arguments[0], Attacks::print)) {
                    lines.append(String.join(
                                    "\t",
                                    result.attack(),
                                    result.user(),
                                    result.tier(),
                                    result.expected(),
                                    Boolean.toString(result.control()),
                                    Boolean.toString(result.holds()),
                                    result.observed().replaceAll("\\s+", " ")))
                            .append('\n');
                }
                Files.writeString(Path.of(arguments[1]), lines);
            }
        }
    }

    private static void print(Result result) {
        System.out.printf(
                "%-4s %-36s %s, %-7s user  expected %s, observed %s%s%n",
                result.holds() ? "ok" : "FAIL",
                result.attack(),
                result.tier(),
                result.user() + "'s",
                result.expected(),
                result.observed(),
                result.control() ? "" : "; the control did not work");
    }

    private static String json(List<Result> results) {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Result result : results) {
            rows.add(Map.of(
                    // Both kinds of node run each case: the privileged one's have another name.
                    "case", result.attack() + (result.user().equals("node") ? "" : ", with a user of the tools' own"),
                    "tier", result.tier(),
                    "expected", result.expected(),
                    "observed", result.observed(),
                    "control", result.control(),
                    "holds", result.holds()));
        }
        return JsonMapper.builder()
                        .enable(SerializationFeature.INDENT_OUTPUT)
                        .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                        .build()
                        .writeValueAsString(rows)
                + "\n";
    }

    @Override
    public void close() throws IOException {
        host.close();
        sandboxes.forEach(Sandbox::close);
        FolderRemoval.remove(base);
    }
}
