package dev.sallyport.embedded;

import static dev.sallyport.embedded.BackendException.Code.ENDED_EARLY;
import static dev.sallyport.embedded.BackendException.Code.FILES;
import static dev.sallyport.embedded.BackendException.Code.NOT_READY_IN_TIME;

import dev.sallyport.embedded.ChildProcess.Launch;
import dev.sallyport.embedded.ChildProcess.Signal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One Kafka broker and controller in a JVM of its own on the loopback interface: client certificates required on both
 * listeners, nothing allowed that no access rule allows, data kept between starts. It cannot outlive this JVM.
 */
public final class KafkaProcess implements AutoCloseable {
    /**
     * What it needs.
     *
     * @param home the broker's own folder; made and given to the user
     * @param user whom the broker runs as
     * @param port TCP port of clients on 127.0.0.1
     * @param controllerPort TCP port of the controller on 127.0.0.1
     * @param tls the broker's certificate, CN {@code kafka}, SAN {@code localhost}, for server and client; its CA is
     *     the one that clients' certificates are checked against
     * @param administratorTls the certificate with CN {@code kafka-admin} that makes topics and access rules
     * @param program the command that runs {@link EmbeddedKafka} in a new JVM, without its two arguments
     * @param log the broker's log
     * @param revocation where the broker learns of revoked certificates; null where it does not
     */
    public record Settings(
            Path home,
            OsUser user,
            int port,
            int controllerPort,
            PemFiles tls,
            PemFiles administratorTls,
            List<String> program,
            Path log,
            BrokerConfiguration.@Nullable Revocation revocation) {}

    private static final Duration START_LIMIT = Duration.ofMinutes(4);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

    private final Settings settings;
    private final ChildProcess process;

    private KafkaProcess(Settings settings, ChildProcess process) {
        this.settings = settings;
        this.process = process;
    }

    /** Starts the broker and returns when it accepts clients. */
    public static KafkaProcess start(Settings settings) {
        PrivateFiles.folder(settings.home(), settings.user());
        PrivateFiles.folder(settings.home().resolve("data"), settings.user());
        Path properties;
        String clusterId;
        try {
            properties = configure(settings);
            clusterId = ClusterId.keptIn(settings.home(), settings.user());
        } catch (IOException e) {
            throw new BackendException(FILES, "Kafka's folder " + settings.home() + " cannot be prepared", e);
        }
        var command = new ArrayList<>(settings.program());
        command.addAll(List.of(properties.toString(), clusterId));
        ChildProcess process = ChildProcess.start(new Launch(
                "kafka",
                command,
                settings.home(),
                Map.of("PATH", "/usr/bin:/bin", "LC_ALL", "C.UTF-8", "TZ", "UTC"),
                settings.log(),
                settings.user(),
                Signal.KILL));
        var broker = new KafkaProcess(settings, process);
        try {
            broker.awaitReady();
        } catch (RuntimeException e) {
            // Two brokers on the same data would destroy it: the metadata log is written before its folder is locked.
            broker.close();
            throw e;
        }
        return broker;
    }

    /**
     * The JVM options that every program for {@link Settings#program} needs.
     *
     * @param heapMebibytes largest heap
     */
    public static List<String> jvmOptions(int heapMebibytes) {
        return List.of(
                "-Xmx" + heapMebibytes + "m",
                "-XX:+UseSerialGC",
                // Six times the default: most of what the second compiler makes of a start is used once.
                "-XX:Tier4InvocationThreshold=30000",
                "-XX:Tier4MinInvocationThreshold=3600",
                "-XX:Tier4CompileThreshold=90000",
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:+DisableAttachMechanism",
                "--sun-misc-unsafe-memory-access=allow",
                "--enable-native-access=ALL-UNNAMED",
                "-Djava.awt.headless=true",
                "-Dlogback.configurationFile=dev/sallyport/embedded/kafka-logging.xml");
    }

    private static Path configure(Settings settings) throws IOException {
        Path identity = copyTls(settings);
        String configuration = new BrokerConfiguration(
                        "127.0.0.1",
                        "localhost",
                        settings.port(),
                        settings.controllerPort(),
                        settings.home().resolve("data").toString(),
                        identity.toString(),
                        authorities(settings).toString(),
                        settings.revocation())
                .text();
        return PrivateFiles.write(
                settings.home().resolve("server.properties"),
                configuration.getBytes(StandardCharsets.UTF_8),
                settings.user());
    }

    private static Path authorities(Settings settings) {
        return settings.home().resolve("authorities.pem");
    }

    private static Path copyTls(Settings settings) throws IOException {
        // Before the certificate, by whose change the broker sees that there is something new.
        PrivateFiles.write(
                authorities(settings), Files.readAllBytes(settings.tls().authorities()), settings.user());
        // Kafka wants key and certificate in one PEM file.
        return PrivateFiles.write(
                settings.home().resolve("broker.pem"),
                (Files.readString(settings.tls().privateKey()) + "\n"
                                + Files.readString(settings.tls().certificateChain()))
                        .getBytes(StandardCharsets.US_ASCII),
                settings.user());
    }

    /** Takes the certificate, key and authorities that lie in the settings' files now; connections that there are go on. */
    public void renewTls() {
        try {
            copyTls(settings);
        } catch (IOException e) {
            throw new BackendException(FILES, "Kafka's new certificate cannot be put in place", e);
        }
    }

    private void awaitReady() {
        Waiting.until(
                START_LIMIT,
                () -> {
                    if (!process.isAlive()) {
                        throw process.failure(ENDED_EARLY, "ended while starting");
                    }
                    return accepts(settings.port());
                },
                () -> process.failure(NOT_READY_IN_TIME, "was not ready after " + START_LIMIT.toSeconds() + " s"));
        try (var administration = administration()) {
            administration.awaitBroker(START_LIMIT);
        }
    }

    private static boolean accepts(int port) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** The broker's process. */
    public ChildProcess process() {
        return process;
    }

    /** {@code host:port} for clients. */
    public String bootstrapServers() {
        return "localhost:" + settings.port();
    }

    /** Makes topics and access rules, as the administrator. */
    public KafkaAdministration administration() {
        return new KafkaAdministration(bootstrapServers(), settings.administratorTls());
    }

    /** Stops the broker after it has written its state. */
    @Override
    public void close() {
        process.stop(Signal.TERM, STOP_LIMIT);
    }
}
