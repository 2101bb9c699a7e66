package dev.sallyport.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.vault.secret.SecretMaintenance;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class KeyRingTest {
    private static RunningVault vault;

    @BeforeAll
    static void start() {
        vault = RunningVault.start();
    }

    @AfterAll
    static void stop() {
        vault.close();
    }

    @Test
    void whileSealedNothingIsWrittenAndReadinessIsDownEvenAfterARestart() throws Exception {
        assertThat(put("before").status()).isEqualTo(201);
        assertThat(vault.as("owner", "POST", "/v1/vault/seal", null).status()).isEqualTo(200);
        assertThat(put("during").code()).isEqualTo("VAULT_SEALED");
        assertThat(put("during").status()).isEqualTo(503);
        vault.restart();
        assertThat(status()).isEqualTo("sealed");
        assertThat(put("during").status()).isEqualTo(503);
        assertThat(health()).isEqualTo(503);
        assertThat(vault.with(TestAccess.ADMIN, "POST", "/v1/vault/unseal", null)
                        .status())
                .isEqualTo(403);
        assertThat(vault.with(TestAccess.OWNER, "POST", "/v1/vault/unseal", null)
                        .status())
                .isEqualTo(200);
        assertThat(status()).isEqualTo("unsealed");
        assertThat(put("after").status()).isEqualTo(201);
        assertThat(health()).isEqualTo(200);
        assertThat(vault.audits(AuditEvent.VAULT_SEALED)).isNotEmpty();
        assertThat(vault.audits(AuditEvent.VAULT_UNSEALED)).isNotEmpty();
    }

    @Test
    void certificatesAreIssuedAndTheDenylistSignedWhileSealed() throws Exception {
        vault.as("owner", "POST", "/v1/vault/seal", null);
        try {
            assertThat(vault.as("policy-service", "GET", "/internal/v1/denylist", null)
                            .status())
                    .isEqualTo(200);
        } finally {
            vault.with(TestAccess.OWNER, "POST", "/v1/vault/unseal", null);
        }
    }

    @Test
    void aNewTermSealsAndTheOldOneIsEmptiedWhileEverythingOpens() throws Exception {
        put("old-1");
        put("old-2");
        int terms = terms();
        assertThat(vault.with(TestAccess.OWNER, "POST", "/v1/vault/rotate", null)
                        .status())
                .isEqualTo(200);
        assertThat(terms()).isEqualTo(terms + 1);
        put("new-1");
        SecretMaintenance maintenance = vault.bean(SecretMaintenance.class);
        assertThat(maintenance.verify().failed()).isEmpty();
        assertThat(versionsUnder("term = (select max(term) from key_term)")).isPositive();
        assertThat(maintenance.rewrap()).isPositive();
        assertThat(versionsUnder("term < (select max(term) from key_term)")).isZero();
        assertThat(maintenance.rewrap()).isZero();
        assertThat(maintenance.verify().failed()).isEmpty();
        assertThat(maintenance.verify().opened()).isGreaterThanOrEqualTo(3);
        assertThat(vault.audits(AuditEvent.KEY_RING_ROTATED)).isNotEmpty();
    }

    @Test
    void whatLiesUnderTheActiveTermAlreadyIsLeftAlone() throws Exception {
        put("moved-1");
        vault.with(TestAccess.OWNER, "POST", "/v1/vault/rotate", null);
        SecretMaintenance maintenance = vault.bean(SecretMaintenance.class);
        maintenance.rewrap();
        assertThat(terms()).isGreaterThan(1);
        try (Connection connection = vault.bean(DataSource.class).getConnection()) {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.execute("select * from secret for update");
            }
            // It would wait for the locks.
            assertThat(CompletableFuture.supplyAsync(maintenance::rewrap).get(30, TimeUnit.SECONDS))
                    .isZero();
            connection.rollback();
        }
    }

    @Test
    void aWornKeyGetsASuccessorByItself() throws Exception {
        try (RunningVault small = RunningVault.start(Map.of("sallyport.vault.rotate-after-seals", "3"))) {
            for (int i = 0; i < 4; i++) {
                small.put(TestAccess.OWNER, "secret-" + i, "some-value".getBytes(StandardCharsets.US_ASCII), Map.of());
            }
            Awaitility.await()
                    .untilAsserted(() -> assertThat(small.jdbc()
                                    .sql("select max(term) from key_term")
                                    .query(Integer.class)
                                    .single())
                            .isGreaterThan(1));
            assertThat(small.bean(SecretMaintenance.class).verify().failed()).isEmpty();
        }
    }

    @Test
    void aKeyFileOpenToOthersOrMissingOrAnotherStopsTheStartWithOneClearLine() throws Exception {
        Map<String, String> properties = RunningVault.newProperties();
        new RunningVault(properties).close();
        Path key = Path.of(properties.get("sallyport.state.dir")).resolve("keyring.key");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                .isEqualTo("rw-------");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
        assertStartFails(properties, "is open to group or others (rw-r--r--). Run: chmod 600 " + key);
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        byte[] right = Files.readAllBytes(key);
        Files.write(key, new byte[32]);
        assertStartFails(properties, "the key ring does not open with the key file " + key);
        Files.delete(key);
        assertStartFails(properties, "the key file of the key ring is missing");
        assertThat(key).doesNotExist();
        Files.write(key, right);
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        new RunningVault(properties).close();
    }

    /** The reason is told as a failure analysis: one line, no stack. */
    private static void assertStartFails(Map<String, String> properties, String why) {
        PrintStream console = System.out;
        ByteArrayOutputStream logged = new ByteArrayOutputStream();
        System.setOut(new PrintStream(logged, true, StandardCharsets.UTF_8));
        try {
            assertThatThrownBy(() -> new RunningVault(properties).close())
                    .rootCause()
                    .hasMessageContaining(why);
        } finally {
            System.setOut(console);
        }
        assertThat(logged.toString(StandardCharsets.UTF_8))
                .contains("APPLICATION FAILED TO START", why)
                .doesNotContain("\\tat org.springframework");
    }

    private static RunningVault.Answer put(String name) throws Exception {
        return vault.put(TestAccess.OWNER, name, "some-value".getBytes(StandardCharsets.US_ASCII), Map.of());
    }

    private static String status() throws Exception {
        return vault.with(TestAccess.OWNER, "GET", "/v1/vault/status", null)
                .json()
                .path("state")
                .asString();
    }

    private static int terms() throws Exception {
        return vault.with(TestAccess.OWNER, "GET", "/v1/vault/status", null)
                .json()
                .path("terms")
                .size();
    }

    private static int health() throws Exception {
        return vault.with(null, "GET", "/actuator/health/readiness", null).status();
    }

    private static int versionsUnder(String condition) {
        return vault.jdbc()
                .sql("select count(*) from secret_version where " + condition)
                .query(Integer.class)
                .single();
    }
}
