package dev.sallyport.bench.attack;

import dev.sallyport.executor.platform.EntryName;
import dev.sallyport.executor.platform.Platform;
import dev.sallyport.executor.platform.ToolUser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a tool must not get at: files that its user can read and change, everything that can listen, and another process
 * of its user. All of it is alive and within reach of that user.
 */
final class AttackedHost implements AutoCloseable {
    static final Path PERL = Path.of("/usr/bin/perl");

    private static final Pattern PLACE = Pattern.compile("\\{(nr:)?([a-z0-9,]+)}");
    private static final String OWN = "own file\n";
    private static final FileTime LONG_AGO = FileTime.from(Instant.EPOCH.plusSeconds(1_000_000));

    private final @Nullable ToolUser user;
    private final Path base;
    private final Path workspace;
    private final String token =
            "token-" + Long.toHexString(ThreadLocalRandom.current().nextLong());
    private final AtomicInteger knocks = new AtomicInteger();
    private final ServerSocket tcp = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final DatagramSocket udp = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    private final ServerSocketChannel stream = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    private final List<Process> helpers = new ArrayList<>();
    private Process victim;
    private String victimAsStarted = "";
    private int key;

    /**
     * Sets it up.
     *
     * @param base an empty folder that everybody can pass through
     * @param workspace the tools' workspace
     * @param user the tools' user, null for this process's own
     */
    AttackedHost(Path base, Path workspace, @Nullable ToolUser user) throws IOException {
        if (!Files.isExecutable(PERL)) {
            throw new IllegalStateException("The attacks are written in Perl: apt-get install perl-base");
        }
        this.base = base;
        this.workspace = workspace;
        this.user = user;
        Files.createDirectory(open());
        Files.setPosixFilePermissions(open(), PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.setPosixFilePermissions(
                Files.writeString(base.resolve("secret"), token), PosixFilePermissions.fromString("rw-r--r--"));
        stream.bind(UnixDomainSocketAddress.of(base.resolve("stream")));
        Files.setPosixFilePermissions(base.resolve("stream"), PosixFilePermissions.fromString("rwxrwxrwx"));
        listen("tcp", () -> tcp.accept().close());
        listen("udp", () -> udp.receive(new DatagramPacket(new byte[10], 10)));
        listen("stream", () -> stream.accept().close());
        datagrams(open().resolve("datagram").toString(), "{open}/datagram");
        datagrams(abstractName(), "\\0" + abstractName());
        victim = startVictim();
        for (String name : List.of("report", "report.bak", "perl5.36.0.exe")) {
            program(Files.copy(PERL, base.resolve(name)));
        }
        program(Files.copy(Path.of("/usr/bin/dash"), base.resolve("list")));
        program(Files.writeString(base.resolve("script"), "#!/usr/bin/perl\nexec @ARGV"));
        Files.createSymbolicLink(base.resolve("linked"), PERL);
        reset();
    }

    private static void program(Path file) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private interface Waiting {
        void once() throws IOException;
    }

    private void listen(String name, Waiting waiting) {
        Thread.ofPlatform().daemon().name("attacked-" + name).start(() -> {
            try {
                while (true) {
                    waiting.once();
                    knocks.incrementAndGet();
                }
            } catch (IOException _) {
                // Closed at the end.
            }
        });
    }

    /** Java has no Unix datagrams: a helper receives them. */
    private void datagrams(String name, String address) throws IOException {
        Process helper = start(
                "use Socket; umask 0; socket(my $s, PF_UNIX, SOCK_DGRAM, 0) or die $!;"
                        + " bind($s, pack('Sa*', 1, \"" + address + "\")) or die \"bind: $!\"; $| = 1;"
                        + " while (defined recv($s, my $x, 10, 0)) { print \"in\\n\" }",
                "helper-" + name,
                false);
        helpers.add(helper);
        Thread.ofPlatform().daemon().name("attacked-datagrams").start(() -> {
            try (var said = helper.inputReader(StandardCharsets.UTF_8)) {
                while (said.readLine() != null) {
                    knocks.incrementAndGet();
                }
            } catch (IOException _) {
                // Ended.
            }
        });
    }

    private Process startVictim() throws IOException {
        Process process = start("chdir '{open}'; $| = 1; print \"up\\n\"; sleep 600", "victim", false);
        if (process.inputReader(StandardCharsets.UTF_8).readLine() == null) {
            throw new IOException("the victim did not start");
        }
        victim = process;
        victimAsStarted = victimNow();
        return process;
    }

    /** As before any attack. */
    void reset() throws IOException {
        if (!victim.isAlive() || !victimAsStarted.equals(victimNow())) {
            victim.destroyForcibly();
            victim = startVictim();
        }
        for (Path folder : List.of(open(), workspace)) {
            try (var left = Files.list(folder)) {
                for (Path each : left.toList()) {
                    if (!each.endsWith("datagram")) {
                        Files.setAttribute(folder, "unix:mode", folder.equals(workspace) ? 0700 : 0777);
                        remove(each);
                    }
                }
            }
        }
        own(Files.writeString(open().resolve("theirs"), token));
        own(Files.createDirectory(open().resolve("empty")));
        Path program = Files.writeString(open().resolve("program"), "#!/usr/bin/perl\nprint 'from the host'");
        program(program);
        own(program);
        Files.deleteIfExists(own());
        own(Files.writeString(own(), OWN + token));
        Files.setPosixFilePermissions(own(), PosixFilePermissions.fromString("rw-------"));
        Files.setLastModifiedTime(own(), LONG_AGO);
        knocks.set(0);
        key = ThreadLocalRandom.current().nextInt(1_000_000, 100_000_000);
    }

    private static void remove(Path each) throws IOException {
        if (Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS)) {
            Platform.current()
                    .remove(
                            Objects.requireNonNull(each.getParent()),
                            EntryName.of(each.getFileName().toString()));
        } else {
            Files.delete(each);
        }
    }

    private void own(Path file) throws IOException {
        if (user != null) {
            Files.setAttribute(file, "unix:uid", user.uid());
            Files.setAttribute(file, "unix:gid", user.gid());
        }
    }

    Path workspace() {
        return workspace;
    }

    /** A folder that everybody can change. */
    Path open() {
        return base.resolve("open");
    }

    private Path own() {
        return base.resolve("own");
    }

    /** What is in the files. */
    String token() {
        return token;
    }

    /** A key of System V's tables that nobody uses. */
    int key() {
        return key;
    }

    long victim() {
        return victim.pid();
    }

    boolean victimIsGone() {
        return !victim.isAlive();
    }

    /** A field of the victim's {@code stat}, counted from its state (proc(5)). */
    long victimStat(int index) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + victim.pid() + "/stat"));
        return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[index]);
    }

    /** What an attack could change of the victim. */
    private String victimNow() throws IOException {
        return String.join(
                " ",
                Boolean.toString(victimIsStopped()),
                Long.toString(victimStat(16)),
                Long.toString(victimStat(38)),
                victimProcessors(),
                victimSays("oom_score_adj"),
                victimSays("limits"));
    }

    boolean victimIsStopped() throws IOException {
        return victimSays("stat").contains(") T ");
    }

    /** The processors that the victim may run on, as a mask. */
    String victimProcessors() throws IOException {
        return victimSays("status").replaceAll("(?s).*Cpus_allowed:\\s*([0-9a-f,]+).*", "$1");
    }

    /** A file of the victim's folder of /proc. */
    String victimSays(String file) throws IOException {
        return Files.readString(Path.of("/proc/" + victim.pid() + "/" + file)).strip();
    }

    String victimAsStarted() {
        return victimAsStarted;
    }

    boolean theirsIsUntouched() throws IOException {
        Path theirs = open().resolve("theirs");
        return Files.isRegularFile(theirs) && Files.readString(theirs).equals(token);
    }

    boolean ownIsUntouched() throws IOException {
        return Files.readString(own()).equals(OWN + token)
                && Files.getLastModifiedTime(own()).equals(LONG_AGO)
                && PosixFilePermissions.toString(Files.getPosixFilePermissions(own()))
                        .equals("rw-------");
    }

    /** Whether something that listens has been reached; waits a moment for those that tell it. */
    boolean wasReached() throws InterruptedException {
        for (int look = 0; look < 20 && knocks.get() == 0; look++) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        return knocks.get() > 0;
    }

    private String abstractName() {
        return "sallyport-attack-" + token;
    }

    /** The program's text with what the places stand for. */
    String filled(String program) {
        Matcher matcher = PLACE.matcher(program);
        StringBuilder filled = new StringBuilder();
        while (matcher.find()) {
            String place = matcher.group(2);
            matcher.appendReplacement(
                    filled, Matcher.quoteReplacement(matcher.group(1) == null ? value(place) : number(place)));
        }
        return matcher.appendTail(filled).toString();
    }

    private static String number(String both) {
        return both.split(",", 2)[System.getProperty("os.arch").equals("aarch64") ? 1 : 0];
    }

    private String value(String place) {
        return switch (place) {
            case "base" -> base.toString();
            case "secret" -> base.resolve("secret").toString();
            case "open" -> open().toString();
            case "own" -> own().toString();
            case "tcp" -> Integer.toString(tcp.getLocalPort());
            case "udp" -> Integer.toString(udp.getLocalPort());
            case "stream" -> base.resolve("stream").toString();
            case "datagram" -> open().resolve("datagram").toString();
            case "abstract" -> abstractName();
            case "victim" -> Long.toString(victim.pid());
            case "key" -> Integer.toString(key);
            default -> "{" + place + "}";
        };
    }

    /** Does it without a sandbox, as the tools' user in the workspace; what it leaves running stays. */
    String outside(AttackCase.Deed deed, String mark, long millis) throws IOException, InterruptedException {
        Process process = switch (deed) {
            case AttackCase.Deed.Perl(String text) -> start(text, mark, true);
            case AttackCase.Deed.Call call -> {
                List<String> command = new ArrayList<>(List.of(filled(call.program())));
                arguments(call, mark).forEach(command::add);
                yield started(command, true);
            }
        };
        if (deed instanceof AttackCase.Deed.Call call) {
            try (var input = process.outputWriter(StandardCharsets.UTF_8)) {
                input.write(filled(call.stdin()));
            } catch (IOException _) {
                // A program that reads nothing has ended already.
            }
        }
        StringBuilder output = new StringBuilder();
        Thread reader = Thread.ofPlatform().daemon().start(() -> {
            try (var said = process.inputReader(StandardCharsets.UTF_8)) {
                for (int each = said.read(); each >= 0; each = said.read()) {
                    synchronized (output) {
                        output.append((char) each);
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        process.waitFor(millis, TimeUnit.MILLISECONDS);
        reader.join(200);
        synchronized (output) {
            return output.toString();
        }
    }

    /** What the call's arguments are on this host. */
    List<String> arguments(AttackCase.Deed.Call call, String mark) {
        return call.arguments().stream()
                .map(each -> filled(each.replace("{mark}", mark)))
                .toList();
    }

    private Process start(String program, String mark, boolean inWorkspace) throws IOException {
        return started(List.of(PERL.toString(), "-e", filled(program), "--", mark), inWorkspace);
    }

    private Process started(List<String> what, boolean inWorkspace) throws IOException {
        List<String> command = new ArrayList<>();
        if (user != null) {
            command.addAll(List.of(
                    "/usr/bin/setpriv", "--reuid=" + user.uid(), "--regid=" + user.gid(), "--clear-groups", "--"));
        }
        command.addAll(what);
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory((inWorkspace ? workspace : base).toFile())
                .redirectError(inWorkspace ? ProcessBuilder.Redirect.DISCARD : ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("SALLYPORT_ATTACK", token);
        return builder.start();
    }

    /** Processes of this host that have the word among their arguments. */
    static List<ProcessHandle> processesWith(String word) {
        return ProcessHandle.allProcesses()
                .filter(process -> {
                    try {
                        return Files.readString(
                                        Path.of("/proc/" + process.pid() + "/cmdline"), StandardCharsets.ISO_8859_1)
                                .contains(word);
                    } catch (IOException _) {
                        return false;
                    }
                })
                .toList();
    }

    /** Ends what an attack without a sandbox has left, and only that. */
    void clean(String mark) throws IOException, InterruptedException {
        for (List<ProcessHandle> left = processesWith(mark); !left.isEmpty(); left = processesWith(mark)) {
            left.forEach(ProcessHandle::destroyForcibly);
        }
        for (String folder : List.of("/tmp", "/var/tmp", "/dev/shm")) {
            Files.deleteIfExists(Path.of(folder, mark));
        }
        for (String kind : List.of("shm:-M", "msg:-Q", "sem:-S")) {
            String[] both = kind.split(":", 2);
            if (Files.readString(Path.of("/proc/sysvipc/" + both[0])).contains(" " + key + " ")) {
                new ProcessBuilder("ipcrm", both[1], Integer.toString(key))
                        .start()
                        .waitFor();
            }
        }
    }

    @Override
    public void close() throws IOException {
        victim.destroyForcibly();
        helpers.forEach(Process::destroyForcibly);
        tcp.close();
        udp.close();
        stream.close();
    }
}
