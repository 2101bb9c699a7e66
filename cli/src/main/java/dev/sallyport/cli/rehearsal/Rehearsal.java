package dev.sallyport.cli.rehearsal;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.sallyport.cli.Sallyport;
import dev.sallyport.cli.command.Surroundings;
import dev.sallyport.cli.fleet.ClientConfig;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.identity.IdentityDirectory;
import dev.sallyport.identity.TlsContexts;
import dev.sallyport.identity.WorkloadIdentity;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/**
 * Runs the usual commands, while the JVM records for its AOT cache (JEP 514) what they load. They ask a server of its
 * own on loopback, by certificates of a fleet that exists for this alone: no fleet is touched.
 */
final class Rehearsal implements AutoCloseable {
    private static final List<List<String>> COMMANDS = List.of(
            List.of("tools", "--help"),
            List.of("tools", "list"),
            List.of("tools", "list", "--output", "json"),
            List.of("proposals", "submit", "echo", "--arg", "text=hello"),
            List.of("proposals", "list"),
            List.of("approvals", "list"),
            List.of("approvals", "show", "01JD0000000000000000000000"),
            List.of("members", "list"),
            List.of("config", "show"),
            List.of("tokens", "list"),
            List.of("ledger", "query"),
            List.of("vault", "list"),
            List.of("nodes", "list"),
            List.of("doctor"));

    private static final byte[] ANSWER = "{\"items\":[{\"name\":\"echo\",\"n\":1.5}],\"state\":{\"phase\":\"done\"}}"
            .getBytes(StandardCharsets.UTF_8);

    private final Path folder;
    private final HttpsServer server;

    private Rehearsal(Path fleet, Path folder) throws IOException {
        this.folder = folder;
        Path identities = fleet.resolve("identities");
        WorkloadIdentity policy = IdentityDirectory.load(
                identities.resolve("policy-service"), Clock.systemUTC().instant());
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        SSLContext context = TlsContexts.of(policy);
        server.setHttpsConfigurator(new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters needed = context.getDefaultSSLParameters();
                needed.setNeedClientAuth(true);
                parameters.setSSLParameters(needed);
            }
        });
        server.createContext("/", Rehearsal::answer);
        server.start();
        URI url = URI.create("https://localhost:" + server.getAddress().getPort());
        Files.write(
                folder.resolve("cli.json"),
                new ClientConfig(
                                Map.of(),
                                Map.of(Service.POLICY, url, Service.APPROVAL, url),
                                fleet.resolve("trust.json"),
                                identities.resolve("owner"),
                                null)
                        .toJson());
    }

    /**
     * Runs them all.
     *
     * @param arguments the directory of the fleet, from {@code sallyport ca init}. It is made by another process: what
     *     makes certificates is seldom needed, and would else be loaded at every start
     */
    static void main(String[] arguments) throws IOException {
        System.setProperty("slf4j.internal.verbosity", "ERROR");
        Path folder = Files.createTempDirectory("sallyport-rehearsal-");
        try (Rehearsal rehearsal = new Rehearsal(Path.of(arguments[0]), folder)) {
            COMMANDS.forEach(rehearsal::run);
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private void run(List<String> command) {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        Sallyport.execute(
                new Surroundings(
                        new ByteArrayInputStream(new byte[0]),
                        nowhere,
                        nowhere,
                        Map.of("SALLYPORT_HOME", folder.toString()),
                        folder,
                        Clock.systemUTC()),
                command.toArray(String[]::new));
    }

    private static void answer(HttpExchange exchange) throws IOException {
        try (HttpExchange open = exchange) {
            open.getRequestBody().readAllBytes();
            open.getResponseHeaders().set("Content-Type", "application/json");
            open.sendResponseHeaders(200, ANSWER.length);
            open.getResponseBody().write(ANSWER);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
