package dev.sallyport.executor.sandbox.linux;

import static dev.sallyport.executor.sandbox.linux.SandboxBench.errors;
import static dev.sallyport.executor.sandbox.linux.SandboxBench.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.sallyport.executor.egress.CallProxy;
import dev.sallyport.executor.egress.EgressTerms;
import dev.sallyport.executor.egress.Gateway;
import dev.sallyport.executor.egress.TestServer;
import dev.sallyport.executor.egress.TestWire;
import dev.sallyport.executor.sandbox.NetworkPlan;
import dev.sallyport.executor.sandbox.SandboxLimits;
import dev.sallyport.executor.sandbox.SandboxPlan;
import dev.sallyport.executor.sandbox.SandboxResult;
import dev.sallyport.executor.sandbox.ToolSecret;
import dev.sallyport.executor.secret.CallSecrets;
import dev.sallyport.executor.secret.Redaction;
import dev.sallyport.statements.predicate.Egress;
import dev.sallyport.statements.predicate.SecretGrant;
import dev.sallyport.statements.vocabulary.EgressEnforcementMode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Programs that people use, in tier C with hosts, and others that look for another way out. */
class EgressSandboxTest {
    private static final Path CURL = Path.of("/usr/bin/curl");
    private static final Path GIT = Path.of("/usr/bin/git");
    private static final Path CAT = Path.of("/usr/bin/cat");
    private static final String VALUE = "s3cret-value-of-a-key";
    private static final String CA = "/workspace/ca.pem";

    private static final SandboxLimits LIMITS = TestLimits.with(limits -> limits.memoryBytes = 1L << 30);

    private final TestWire wire = new TestWire("example.com", "other.example");
    private final List<AutoCloseable> open = new ArrayList<>();
    private SandboxBench bench;

    @BeforeEach
    void make() throws IOException {
        bench = new SandboxBench();
        Path ca = Files.writeString(bench.workspace.resolve("ca.pem"), wire.authorityPem());
        bench.own(ca);
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
        bench.close();
    }

    private TestServer server() throws IOException {
        TestServer server = new TestServer(wire.as("example.com"), request -> TestServer.ok("you sent " + request));
        open.add(server);
        wire.names("example.com", TestWire.PUBLIC).leads(TestWire.PUBLIC, 443, server.port());
        return server;
    }

    private CallProxy proxy(CallSecrets secrets, String... hosts) throws IOException {
        Gateway gateway = new Gateway(
                EgressTerms.DEFAULT, wire, _ -> false, bench.base.resolve("egress"), bench.user, Clock.systemUTC());
        CallProxy proxy = gateway.proxy(new Egress(EgressEnforcementMode.STRICT, List.of(hosts)), secrets);
        open.add(proxy);
        return proxy;
    }

    private SandboxPlan plan(
            NetworkPlan network, Redaction redaction, List<ToolSecret> secrets, Path program, String... arguments) {
        return new SandboxPlan(
                program,
                program,
                List.of(arguments),
                bench.workspace,
                SandboxPlan.WORKSPACE,
                false,
                Map.of(),
                network,
                LIMITS,
                secrets,
                redaction);
    }

    private SandboxResult run(CallProxy proxy, Path program, String... arguments) throws InterruptedException {
        return bench.run(plan(proxy.plan(), Redaction.NONE, List.of(), program, arguments));
    }

    @Test
    void curlReachesAPermittedHostAndNoOther() throws Exception {
        TestServer server = server();
        TestServer other = new TestServer(wire.as("other.example"), _ -> TestServer.ok("x"));
        open.add(other);
        wire.names("other.example", "93.184.216.35").leads("93.184.216.35", 443, other.port());
        CallProxy proxy = proxy(CallSecrets.NONE, "example.com");

        SandboxResult reached = run(proxy, CURL, "-sS", "--cacert", CA, "https://example.com/hello");
        SandboxResult refused = run(proxy, CURL, "-sS", "--cacert", CA, "https://other.example/");

        assertThat(reached.exitStatus()).as(errors(reached)).isZero();
        assertThat(text(reached)).startsWith("you sent GET /hello HTTP/1.1");
        assertThat(server.connections()).isEqualTo(1);
        assertThat(refused.exitStatus()).isEqualTo(56);
        assertThat(errors(refused)).contains("403");
        assertThat(other.connections()).isZero();
        assertThat(reached.facts()).anySatisfy(fact -> {
            assertThat(fact.name()).isEqualTo("egress");
            assertThat(fact.value()).isEqualTo("strict, by proxy: [example.com]");
        });
        assertThat(proxy.facts().toString())
                .contains("example.com at 93.184.216.34", "HOST_NOT_PERMITTED 1")
                .doesNotContain("other.example");
    }

    @Test
    void curlCannotGoAroundTheProxy() throws Exception {
        TestServer server = server();
        CallProxy proxy = proxy(CallSecrets.NONE, "example.com");
        String direct = "https://example.com:" + server.port() + "/";

        SandboxResult result = run(
                proxy,
                CURL,
                "-sS",
                "--noproxy",
                "*",
                "--cacert",
                CA,
                "--resolve",
                "example.com:" + server.port() + ":127.0.0.1",
                direct);

        assertThat(result.exitStatus()).isEqualTo(7);
        assertThat(server.connections()).isZero();
        assertThat(run(proxy, CURL, "-sS", "--cacert", CA, "https://example.com/")
                        .exitStatus())
                .as("control")
                .isZero();
    }

    /** AF_INET datagram and raw, AF_INET6 datagram, AF_NETLINK, AF_VSOCK, AF_PACKET. */
    @ParameterizedTest
    @CsvSource({"2,2", "2,3", "10,2", "10,3", "16,3", "40,1", "17,3"})
    void noOtherSocketsCanBeMade(String family, String type) throws Exception {
        String make = "socket(my $s, $ARGV[0], $ARGV[1], 0) or do { print \"refused: $!\"; exit }; print 'made';";
        CallProxy proxy = proxy(CallSecrets.NONE, "example.com");

        assertThat(text(run(proxy, SandboxBench.PERL, SandboxBench.withProgram(make, family, type))))
                .isEqualTo("refused: Operation not permitted");
        assertThat(text(run(proxy, SandboxBench.PERL, SandboxBench.withProgram(make, "2", "1"))))
                .isEqualTo("made");
        assertThat(text(run(proxy, SandboxBench.PERL, SandboxBench.withProgram(make, "10", "1"))))
                .isEqualTo("made");
    }

    @Test
    void theNetworkHasNothingButItsLoopback() throws Exception {
        CallProxy proxy = proxy(CallSecrets.NONE, "example.com");
        String interfaces =
                "open(my $f, '<', '/proc/net/dev') or die; my @l = <$f>; print join ',', map { /^\\s*(\\S+):/ } @l";

        assertThat(text(run(proxy, SandboxBench.PERL, SandboxBench.withProgram(interfaces))))
                .isEqualTo("lo");
    }

    @Test
    void whoEndsTheBridgeHasNoWayOut() throws Exception {
        TestServer server = server();
        CallProxy proxy = proxy(CallSecrets.NONE, "example.com");
        String end = "kill 'KILL', grep { $_ != 1 && $_ != $$ } map { m{^/proc/(\\d+)$} ? $1 : () } glob('/proc/*');"
                + " select(undef, undef, undef, 0.2);"
                + " use Socket; socket(my $s, PF_INET, SOCK_STREAM, 0) or die;"
                + " print connect($s, pack_sockaddr_in(3128, inet_aton('127.0.0.1'))) ? 'open' : 'shut';";
        String look = "use Socket; socket(my $s, PF_INET, SOCK_STREAM, 0) or die;"
                + " print connect($s, pack_sockaddr_in(3128, inet_aton('127.0.0.1'))) ? 'open' : 'shut';";

        assertThat(text(run(proxy, SandboxBench.PERL, SandboxBench.withProgram(look))))
                .as("control")
                .isEqualTo("open");
        assertThat(text(run(proxy, SandboxBench.PERL, SandboxBench.withProgram(end))))
                .isEqualTo("shut");
        assertThat(server.connections()).isZero();
    }

    @Test
    void theBridgeTellsNothingOfTheNode() throws Exception {
        CallProxy proxy = proxy(CallSecrets.NONE, "example.com");
        String attack = "for my $p (map { m{^/proc/(\\d+)$} ? $1 : () } glob('/proc/*')) { next if $p == $$;"
                + " for my $f ('mem', 'environ', 'fd/0', 'root/etc/passwd') {"
                + " print \"$p/$f \" if open(my $h, '+<', \"/proc/$p/$f\") || open($h, '<', \"/proc/$p/$f\") } }";

        assertThat(text(run(proxy, SandboxBench.PERL, SandboxBench.withProgram(attack))))
                .isEmpty();
    }

    @Test
    void gitClonesThroughTheProxy() throws Exception {
        Path source = Files.createDirectory(bench.base.resolve("source"));
        git(source, "init", "-q", "-b", "main", ".");
        Files.writeString(source.resolve("file"), "cloned");
        git(source, "add", "file");
        git(source, "-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "-q", "-m", "one");
        git(source, "update-server-info");
        Path repository = source.resolve(".git");
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(wire.as("example.com")));
        server.createContext("/repo.git/", exchange -> serve(exchange, repository));
        server.start();
        open.add(() -> server.stop(0));
        wire.names("example.com", TestWire.PUBLIC)
                .leads(TestWire.PUBLIC, 443, server.getAddress().getPort());
        CallProxy proxy = proxy(CallSecrets.NONE, "example.com");

        SandboxResult cloned = run(
                proxy, GIT, "-c", "http.sslCAInfo=" + CA, "clone", "-q", "https://example.com/repo.git", "/tmp/clone");
        SandboxResult elsewhere = run(
                proxy,
                GIT,
                "-c",
                "http.sslCAInfo=" + CA,
                "clone",
                "-q",
                "https://other.example/repo.git",
                "/tmp/clone");

        assertThat(errors(cloned)).isEmpty();
        assertThat(cloned.exitStatus()).isZero();
        assertThat(elsewhere.exitStatus()).isNotZero();
        assertThat(errors(elsewhere)).contains("403");
    }

    private static void git(Path folder, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(GIT.toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }

    private static void serve(HttpExchange exchange, Path repository) throws IOException {
        try (exchange) {
            Path file = repository
                    .resolve(exchange.getRequestURI().getPath().substring("/repo.git/".length()))
                    .normalize();
            if (!file.startsWith(repository) || !Files.isRegularFile(file)) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            byte[] bytes = Files.readAllBytes(file);
            exchange.sendResponseHeaders(200, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    /** curl trusts the call's own authority by what the environment says, and knows only a place for the secret. */
    @Test
    void curlUsesASecretThatItNeverHas() throws Exception {
        TestServer server = server();
        CallSecrets secrets = CallSecrets.of(List.of(new CallSecrets.Held(
                new SecretGrant("vault://w/key", 1, "proxy", List.of("example.com")), VALUE.getBytes(UTF_8))));
        CallProxy proxy = proxy(secrets, "example.com");

        SandboxResult result = bench.run(plan(
                proxy.plan(),
                secrets.redaction(),
                List.of(),
                CURL,
                "-sS",
                "-H",
                "Authorization: Bearer {secret:key}",
                "-d",
                "posted",
                "https://example.com/"));

        assertThat(result.exitStatus()).as(errors(result)).isZero();
        assertThat(server.requests())
                .singleElement()
                .asString()
                .contains("Authorization: Bearer " + VALUE + "\r\n")
                .endsWith("posted");
        assertThat(text(result)).contains("Bearer [secret:key]").doesNotContain(VALUE);
        String everything = "for my $f (glob('/proc/*/environ /proc/*/cmdline')) { open(my $h, '<', $f) or next;"
                + " local $/; print <$h> }";
        assertThat(text(run(proxy, SandboxBench.PERL, SandboxBench.withProgram(everything))))
                .contains("SSL_CERT_FILE")
                .doesNotContain(VALUE);
    }

    @Test
    void aSecretIsReadOnceFromItsDescriptor() throws Exception {
        ToolSecret pipe = ToolSecret.pipe(ToolSecret.FIRST, VALUE.getBytes(UTF_8));
        String twice = "open(my $a, '<', '/dev/fd/40') or die $!; my $one = <$a>; my $two = <$a>;"
                + " print length($one), ' ', defined $two ? 'again' : 'gone'";

        assertThat(text(bench.run(plan(NetworkPlan.NONE, Redaction.NONE, List.of(pipe), CAT, "/dev/fd/40"))))
                .isEqualTo(VALUE);
        assertThat(text(bench.run(plan(
                        NetworkPlan.NONE,
                        Redaction.NONE,
                        List.of(pipe),
                        SandboxBench.PERL,
                        SandboxBench.withProgram(twice)))))
                .isEqualTo(VALUE.length() + " gone");
        assertThat(errors(bench.run(plan(NetworkPlan.NONE, Redaction.NONE, List.of(), CAT, "/dev/fd/40"))))
                .as("without one")
                .contains("No such file");
    }

    @Test
    void aSecretIsReadFromAFileThatTheHostDoesNotHave() throws Exception {
        ToolSecret file = ToolSecret.file("key", VALUE.getBytes(UTF_8));

        SandboxResult result = bench.run(plan(NetworkPlan.NONE, Redaction.NONE, List.of(file), CAT, file.path()));

        assertThat(text(result)).as(errors(result)).isEqualTo(VALUE);
        assertThat(Path.of(file.path())).doesNotExist();
    }

    @Test
    void theLargestSecretFitsIntoItsPipe() throws Exception {
        byte[] large = new byte[64 << 10];
        Arrays.fill(large, (byte) 'x');
        ToolSecret pipe = ToolSecret.pipe(ToolSecret.FIRST, large);

        assertThat(bench.run(plan(NetworkPlan.NONE, Redaction.NONE, List.of(pipe), CAT, "/dev/fd/40"))
                        .stdout()
                        .totalBytes())
                .isEqualTo(large.length);
    }

    @Test
    void whatAToolWritesOfASecretIsNotKept() throws Exception {
        CallSecrets secrets = CallSecrets.of(List.of(
                new CallSecrets.Held(new SecretGrant("vault://w/key", 1, "pipe", List.of()), VALUE.getBytes(UTF_8))));
        ToolSecret pipe = ToolSecret.pipe(ToolSecret.FIRST, VALUE.getBytes(UTF_8));
        String write = "use MIME::Base64; $| = 1; open(my $a, '<', '/dev/fd/40') or die $!; my $v = <$a>;"
                + " print STDERR \"e $v\"; for my $c (split //, \"o $v\\n\") { print $c }"
                + " print unpack('H*', $v), ' ', encode_base64(\"a$v\", ''), \"\\n\"";

        SandboxResult result = bench.run(plan(
                NetworkPlan.NONE,
                secrets.redaction(),
                List.of(pipe),
                SandboxBench.PERL,
                SandboxBench.withProgram(write)));

        assertThat(errors(result)).isEqualTo("e [secret:key]");
        assertThat(text(result)).startsWith("o [secret:key]\n[secret:key] ").doesNotContain(VALUE);
    }
}
