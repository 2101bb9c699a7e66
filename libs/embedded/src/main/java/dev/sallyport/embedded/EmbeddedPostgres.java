package dev.sallyport.embedded;

import static dev.sallyport.embedded.BackendException.Code.ENDED_EARLY;
import static dev.sallyport.embedded.BackendException.Code.FILES;
import static dev.sallyport.embedded.BackendException.Code.NOT_READY_IN_TIME;
import static dev.sallyport.embedded.BackendException.Code.UNPRIVILEGED_USER_REQUIRED;

import dev.sallyport.embedded.ChildProcess.Launch;
import dev.sallyport.embedded.ChildProcess.Signal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * One PostgreSQL server on the loopback interface: TLS with a certificate of the fleet only, scram-sha-256 only, durable,
 * never as uid 0, with its data kept between starts. It cannot outlive this JVM.
 */
public final class EmbeddedPostgres implements AutoCloseable {
    /**
     * What it needs.
     *
     * @param cache folder for the unpacked programs, shared by servers
     * @param home the server's own folder; made and given to the user
     * @param user whom the server runs as; never root
     * @param port TCP port on 127.0.0.1
     * @param tls the server's certificate (SAN {@code localhost}) and key, and the CA that clients check it against and
     *     that clients' certificates are checked against
     * @param log the server's log
     */
    public record Settings(Path cache, Path home, OsUser user, int port, PemFiles tls, Path log) {}

    static final String SUPERUSER = "postgres";

    private static final Duration START_LIMIT = Duration.ofSeconds(90);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
    private static final Map<String, String> ENVIRONMENT = Map.of("PATH", "/usr/bin:/bin", "LC_ALL", "C", "TZ", "UTC");

    // Every connection is TLS with a valid certificate of the fleet and a password that the server never stores. Which
    // role it is says the password; a password alone, copied from somewhere, opens nothing.
    private static final String ACCESS = """
        local   all all            reject
        hostssl all all 127.0.0.1/32 scram-sha-256 clientcert=verify-ca
        host    all all all          reject
        """;

    private final Settings settings;
    private final ChildProcess process;

    private EmbeddedPostgres(Settings settings, ChildProcess process) {
        this.settings = settings;
        this.process = process;
    }

    /** Prepares the data folder if it is new, starts the server and returns when it accepts connections. */
    public static EmbeddedPostgres start(Settings settings) {
        if (settings.user().isRoot()) {
            throw new BackendException(
                    UNPRIVILEGED_USER_REQUIRED,
                    "PostgreSQL does not run as root: give it an unprivileged user that /etc/passwd knows",
                    null);
        }
        Path binaries = PostgresBinaries.in(settings.cache());
        PrivateFiles.folder(settings.home(), settings.user());
        try {
            Path data = data(settings);
            if (!Files.exists(data)) {
                initialise(settings, binaries);
            }
            configure(settings);
        } catch (IOException e) {
            throw new BackendException(FILES, "PostgreSQL's folder " + settings.home() + " cannot be prepared", e);
        }
        ChildProcess process = ChildProcess.start(launch(
                settings,
                List.of(
                        binaries.resolve("bin/postgres").toString(),
                        "-D",
                        data(settings).toString())));
        var server = new EmbeddedPostgres(settings, process);
        try {
            server.awaitReady();
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
        return server;
    }

    private static Path data(Settings settings) {
        return settings.home().resolve("data");
    }

    private static Launch launch(Settings settings, List<String> command) {
        return new Launch(
                "postgresql", command, settings.home(), ENVIRONMENT, settings.log(), settings.user(), Signal.INT);
    }

    /** Initialises beside and renames, so that an interrupted first start leaves nothing half made. */
    private static void initialise(Settings settings, Path binaries) throws IOException {
        Path fresh = settings.home().resolve("data.new");
        FolderRemoval.remove(fresh);
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        String password = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        Path passwordFile = PrivateFiles.write(
                passwordFile(settings), password.getBytes(StandardCharsets.US_ASCII), settings.user());
        ChildProcess initdb = ChildProcess.start(launch(
                settings,
                List.of(
                        binaries.resolve("bin/initdb").toString(),
                        "--pgdata=" + fresh,
                        "--username=" + SUPERUSER,
                        "--pwfile=" + passwordFile,
                        "--auth=scram-sha-256",
                        "--encoding=UTF8",
                        "--locale=C",
                        "--locale-provider=builtin",
                        "--builtin-locale=C.UTF-8",
                        "--data-checksums")));
        if (initdb.exit().join() != 0) {
            throw initdb.failure(ENDED_EARLY, "failed");
        }
        Files.move(fresh, data(settings), StandardCopyOption.ATOMIC_MOVE);
    }

    private static void configure(Settings settings) throws IOException {
        Path data = data(settings);
        OsUser user = settings.user();
        copyTls(settings);
        PrivateFiles.write(data.resolve("pg_hba.conf"), ACCESS.getBytes(StandardCharsets.US_ASCII), user);
        PrivateFiles.write(
                data.resolve("postgresql.conf"),
                configuration(settings.port()).getBytes(StandardCharsets.US_ASCII),
                user);
        PrivateFiles.write(data.resolve("postgresql.auto.conf"), new byte[0], user);
    }

    private static String configuration(int port) {
        // "allow_alter_system" keeps postgresql.auto.conf from undoing the rest.
        return """
            listen_addresses = '127.0.0.1'
            port = %d
            unix_socket_directories = ''
            max_connections = 200
            password_encryption = 'scram-sha-256'
            ssl = on
            ssl_min_protocol_version = 'TLSv1.3'
            ssl_cert_file = 'server.crt'
            ssl_key_file = 'server.key'
            ssl_ca_file = 'authorities.crt'
            fsync = on
            synchronous_commit = on
            full_page_writes = on
            allow_alter_system = off
            shared_buffers = '64MB'
            max_wal_size = '256MB'
            jit = off
            timezone = 'UTC'
            log_timezone = 'UTC'
            log_destination = 'stderr'
            logging_collector = off
            """.formatted(port);
    }

    private static Path passwordFile(Settings settings) {
        return settings.home().resolve("superuser-password");
    }

    /**
     * The eighth line of postmaster.pid becomes "ready" once connections are accepted, the first is the server's process
     * id (PostgreSQL, pidfile.h). A file that a killed server left stays: by it the new one finds out whether processes
     * of the old one still have the data open.
     */
    private void awaitReady() {
        Path status = data(settings).resolve("postmaster.pid");
        Waiting.until(
                START_LIMIT,
                () -> {
                    if (!process.isAlive()) {
                        throw process.failure(ENDED_EARLY, "ended while starting");
                    }
                    List<String> lines = Files.exists(status) ? Files.readAllLines(status) : List.of();
                    return lines.size() >= 8
                            && lines.getFirst().strip().equals(Long.toString(process.pid()))
                            && lines.get(7).strip().equals("ready");
                },
                () -> process.failure(NOT_READY_IN_TIME, "was not ready after " + START_LIMIT.toSeconds() + " s"));
    }

    private static void copyTls(Settings settings) throws IOException {
        Path data = data(settings);
        PrivateFiles.write(
                data.resolve("server.crt"), Files.readAllBytes(settings.tls().certificateChain()), settings.user());
        PrivateFiles.write(
                data.resolve("server.key"), Files.readAllBytes(settings.tls().privateKey()), settings.user());
        PrivateFiles.write(
                data.resolve("authorities.crt"),
                Files.readAllBytes(settings.tls().authorities()),
                settings.user());
    }

    /** Takes the certificate and key that lie in the settings' files now; connections that there are go on. */
    public void renewTls() {
        try {
            copyTls(settings);
            process.send(Signal.HUP);
        } catch (IOException e) {
            throw new BackendException(FILES, "PostgreSQL's new certificate cannot be put in place", e);
        }
    }

    /** The server process. */
    public ChildProcess process() {
        return process;
    }

    /** TCP port on 127.0.0.1. */
    public int port() {
        return settings.port();
    }

    /**
     * JDBC URL of a database, with the server's certificate verified against the CA and the name {@code localhost}, and
     * shown as the client's too.
     */
    public String jdbcUrl(String database) {
        return "jdbc:postgresql://localhost:" + settings.port() + "/" + database + "?sslmode=verify-full&sslrootcert="
                + settings.tls().authorities() + "&sslcert="
                + settings.tls().certificateChain() + "&sslkey="
                + settings.tls().privateKey() + "&pemKeyAlgorithm=EC";
    }

    /** Makes roles and databases, as superuser. */
    public PostgresAdministration administration() {
        try {
            return new PostgresAdministration(
                    jdbcUrl(SUPERUSER),
                    SUPERUSER,
                    Files.readString(passwordFile(settings)).strip());
        } catch (IOException e) {
            throw new BackendException(FILES, "The superuser's password cannot be read", e);
        }
    }

    /** Ends all sessions and stops the server after a checkpoint. */
    @Override
    public void close() {
        process.stop(Signal.INT, STOP_LIMIT);
    }
}
