package dev.sallyport.testkit;

import dev.sallyport.embedded.PemFiles;
import dev.sallyport.embedded.PostgresAdministration;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;

/** PostgreSQL from an image ({@code -Dfleet.postgres.image}), with TLS and scram only. */
final class PostgresContainer implements AutoCloseable {
    private static final int PORT = 5432;
    private static final String SUPERUSER = "postgres";

    private final GenericContainer<?> container;
    private final PemFiles tls;
    private final String password;

    private PostgresContainer(GenericContainer<?> container, PemFiles tls, String password) {
        this.container = container;
        this.tls = tls;
        this.password = password;
    }

    static PostgresContainer start(PemFiles tls) {
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        String password = HexFormat.of().formatHex(random);
        // The entry point starts as root, so it may read the files and hand them to the server's user.
        var container = new GenericContainer<>(
                        DockerImageName.parse(System.getProperty("fleet.postgres.image", "postgres:18")))
                .withEnv("POSTGRES_PASSWORD", password)
                .withEnv("POSTGRES_INITDB_ARGS", "--auth=scram-sha-256 --data-checksums")
                .withCopyToContainer(Transferable.of(read(tls.certificateChain())), "/run/tls/server.crt")
                .withCopyToContainer(Transferable.of(read(tls.privateKey()), 0600), "/run/tls/server.key")
                .withCopyToContainer(
                        Transferable.of("hostssl all all all scram-sha-256\nlocal all all scram-sha-256\n"),
                        "/run/tls/pg_hba.conf")
                // Not withCommand, which takes a line apart at its spaces.
                .withCreateContainerCmdModifier(command -> command.withEntrypoint("/bin/sh", "-c")
                        .withCmd("chown -R postgres /run/tls && exec docker-entrypoint.sh postgres"
                                + " -c ssl=on -c ssl_cert_file=/run/tls/server.crt -c ssl_key_file=/run/tls/server.key"
                                + " -c hba_file=/run/tls/pg_hba.conf -c fsync=on -c synchronous_commit=on"))
                .withExposedPorts(PORT)
                .waitingFor(Wait.forLogMessage(".*database system is ready to accept connections.*", 2)
                        .withStartupTimeout(Duration.ofMinutes(10)));
        container.start();
        return new PostgresContainer(container, tls, password);
    }

    static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String jdbcUrl(String database) {
        return "jdbc:postgresql://localhost:" + container.getMappedPort(PORT) + "/" + database
                + "?sslmode=verify-full&sslrootcert=" + tls.authorities();
    }

    PostgresAdministration administration() {
        return new PostgresAdministration(jdbcUrl(SUPERUSER), SUPERUSER, password);
    }

    @Override
    public void close() {
        container.stop();
    }
}
