package dev.sallyport.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.protect.AesGcm;
import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.vault.keyring.KeyRing;
import dev.sallyport.vault.secret.SecretMaintenance;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;

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

    @Test
    void theRingMovesToAnotherProtectorInOneStartAndNeverToOneThatIsNotNamed(@TempDir Path temp) throws Exception {
        Map<String, String> properties = RunningVault.newProperties();
        try (RunningVault first = new RunningVault(properties)) {
            first.put(TestAccess.OWNER, "kept", "some-value".getBytes(StandardCharsets.US_ASCII), Map.of());
            first.with(TestAccess.OWNER, "POST", "/v1/vault/rotate", null);
        }
        Path mounted = Files.write(temp.resolve("mounted"), AesGcm.randomKey());
        Files.setPosixFilePermissions(mounted, PosixFilePermissions.fromString("r--------"));
        String file = "file:" + Path.of(properties.get("sallyport.state.dir")).resolve("keyring.key");
        properties.put("sallyport.vault.keyring-protector", "mounted:" + mounted);
        // Not told where the ring comes from, it is refused: it might be a weaker one.
        assertStartFails(properties, "no weaker protector takes its place");
        properties.put("sallyport.vault.keyring-protector-before", file);
        try (RunningVault moved = new RunningVault(properties)) {
            assertThat(moved.bean(SecretMaintenance.class).verify().failed()).isEmpty();
            assertThat(moved.jdbc()
                            .sql("select distinct protector from key_term")
                            .query(String.class)
                            .list())
                    .containsExactly("mounted");
            assertThat(moved.audits(AuditEvent.KEY_PROTECTOR_CHANGED))
                    .singleElement()
                    .satisfies(audit -> assertThat(audit.attributes())
                            .containsEntry("before", "file")
                            .containsEntry("protector", "mounted"));
        }
        // Done once: the old key is needed no more, and opens nothing.
        properties.remove("sallyport.vault.keyring-protector-before");
        try (RunningVault moved = new RunningVault(properties)) {
            assertThat(moved.bean(SecretMaintenance.class).verify().opened()).isPositive();
        }
        properties.put("sallyport.vault.keyring-protector", file);
        assertStartFails(properties, "no weaker protector takes its place");
        // Another key of the same kind is the rotation of the root key. A start with both finishes it.
        Path next = Files.write(temp.resolve("next"), AesGcm.randomKey());
        Files.setPosixFilePermissions(next, PosixFilePermissions.fromString("r--------"));
        properties.put("sallyport.vault.keyring-protector", "mounted:" + next);
        assertStartFails(properties, "the key ring does not open with the key protector mounted:" + next);
        properties.put("sallyport.vault.keyring-protector-before", "mounted:" + mounted);
        new RunningVault(properties).close();
        try (RunningVault rotated = new RunningVault(properties)) {
            // The second start with both changed nothing more.
            assertThat(rotated.audits(AuditEvent.KEY_PROTECTOR_CHANGED)).hasSize(2);
            assertThat(rotated.bean(SecretMaintenance.class).verify().failed()).isEmpty();
        }
    }

    @Test
    void aVaultInSharesOpensWithEnoughPeopleAndNotWithFewer() throws Exception {
        Map<String, String> properties = RunningVault.newProperties();
        try (RunningVault shared = new RunningVault(properties)) {
            shared.put(TestAccess.OWNER, "kept", "some-value".getBytes(StandardCharsets.US_ASCII), Map.of());
            assertThat(shared.with(TestAccess.OWNER, "POST", "/v1/vault/share", Map.of("people", 3, "threshold", 1))
                            .status())
                    .isEqualTo(400);
            assertThat(shared.with(TestAccess.ADMIN, "POST", "/v1/vault/share", Map.of("people", 3, "threshold", 2))
                            .status())
                    .isEqualTo(403);
            List<String> old = shares(shared);
            List<String> shares = shares(shared);
            // The vault that has just been shared stays open, and so does one that another replica started.
            assertThat(shared.bean(SecretMaintenance.class).verify().failed()).isEmpty();
            assertThat(shared.with(TestAccess.OWNER, "POST", "/v1/vault/rotate", null)
                            .status())
                    .isEqualTo(200);
            assertThat(shared.with(TestAccess.OWNER, "POST", "/v1/vault/seal", null)
                            .status())
                    .isEqualTo(200);
            shared.restart();
            assertThat(unseal(shared, TestAccess.OWNER, null).code()).isEqualTo("SHARES_NEEDED");
            assertThat(unseal(shared, TestAccess.OWNER, shares.getFirst())
                            .json()
                            .path("state")
                            .asString())
                    .isEqualTo("sealed");
            // One person is one share, whatever she sends, and two people cannot send the same.
            assertThat(unseal(shared, TestAccess.OWNER, shares.get(1))
                            .json()
                            .path("state")
                            .asString())
                    .isEqualTo("sealed");
            assertThat(unseal(shared, TestAccess.STRANGER, shares.get(1)).status())
                    .isEqualTo(400);
            assertThat(unseal(shared, TestAccess.STRANGER, "sp_shr_nonsense").status())
                    .isEqualTo(400);
            assertThat(unseal(shared, TestAccess.ADMIN, shares.get(2)).status()).isEqualTo(403);
            // A share of before does not count, and all have to be given again.
            assertThat(unseal(shared, TestAccess.STRANGER, old.get(2))
                            .json()
                            .path("state")
                            .asString())
                    .isEqualTo("sealed");
            assertThat(unseal(shared, TestAccess.OWNER, shares.getFirst())
                            .json()
                            .path("state")
                            .asString())
                    .isEqualTo("sealed");
            assertThat(unseal(shared, TestAccess.STRANGER, shares.get(2))
                            .json()
                            .path("state")
                            .asString())
                    .isEqualTo("unsealed");
            assertThat(shared.bean(SecretMaintenance.class).verify().failed()).isEmpty();
            assertThat(shared.bean(SecretMaintenance.class).verify().opened()).isOne();
            assertThat(shared.audits(AuditEvent.SHARE_GIVEN)).hasSizeGreaterThanOrEqualTo(4);
            assertThat(shared.statements().toString()).doesNotContain(shares.getFirst());
            assertThat(shared.with(TestAccess.OWNER, "POST", "/v1/vault/unshare", null)
                            .status())
                    .isEqualTo(200);
            shared.restart();
            assertThat(shared.bean(SecretMaintenance.class).verify().failed()).isEmpty();
            assertThat(unseal(shared, TestAccess.OWNER, shares.getFirst()).status())
                    .isEqualTo(400);
        }
    }

    /** One person must not undo what another replica has done a moment ago. */
    @Test
    void theSealOfAnotherReplicaIsUndoneByEnoughPeopleAlone() throws Exception {
        try (RunningVault shared = RunningVault.start()) {
            List<String> shares = shares(shared);
            // The key of the people is in this replica's memory, and opens nothing after the seal.
            sealElsewhere(shared);
            assertThat(unseal(shared, TestAccess.OWNER, null).code()).isEqualTo("SHARES_NEEDED");
            sealElsewhere(shared);
            assertThat(unseal(shared, TestAccess.OWNER, shares.getFirst()).status())
                    .isEqualTo(200);
            assertThat(shared.jdbc()
                            .sql("select sealed from vault_seal")
                            .query(Boolean.class)
                            .single())
                    .isTrue();
            assertThat(unseal(shared, TestAccess.STRANGER, shares.get(1))
                            .json()
                            .path("state")
                            .asString())
                    .isEqualTo("unsealed");
        }
    }

    /** The key of before is not lost by a sharing that came to nothing. */
    @Test
    void aSharingThatIsRolledBackLeavesTheVaultOpenUnderTheSharesOfBefore() throws Exception {
        try (RunningVault shared = RunningVault.start()) {
            shared.put(TestAccess.OWNER, "kept", "some-value".getBytes(StandardCharsets.US_ASCII), Map.of());
            List<String> shares = shares(shared);
            // Ten minutes later: nobody's shares are there to put the key together again.
            shared.jdbc().sql("delete from people_share").update();
            shared.jdbc()
                    .sql("create function refuse() returns trigger language plpgsql as"
                            + " 'begin raise exception ''refused''; end'")
                    .update();
            shared.jdbc()
                    .sql("create trigger refuse before update on key_term for each row execute function refuse()")
                    .update();
            List<String> next = made(shared);
            assertThat(confirm(shared, next.subList(0, 2)).status()).isGreaterThanOrEqualTo(500);
            shared.jdbc().sql("drop trigger refuse on key_term").update();
            // A new term is sealed under the key of the people, so it has to be in memory.
            RunningVault.Answer rotated = shared.with(TestAccess.OWNER, "POST", "/v1/vault/rotate", null);
            assertThat(rotated.status()).as(rotated.text()).isEqualTo(200);
            assertThat(shared.bean(SecretMaintenance.class).verify().failed()).isEmpty();
            shared.restart();
            assertThat(unseal(shared, TestAccess.OWNER, null).code()).isEqualTo("SHARES_NEEDED");
            unseal(shared, TestAccess.OWNER, shares.getFirst());
            assertThat(unseal(shared, TestAccess.STRANGER, shares.get(1))
                            .json()
                            .path("state")
                            .asString())
                    .isEqualTo("unsealed");
        }
    }

    @Test
    void sharesThatTheProtectorDoesNotOpenCountAsNotGivenAndStopNoStart() throws Exception {
        try (RunningVault shared = RunningVault.start()) {
            List<String> shares = shares(shared);
            // As after a move to another protector within ten minutes.
            assertThat(shared.jdbc()
                            .sql("update people_share set wrapped_share = decode(repeat('00', 80), 'hex')")
                            .update())
                    .isEqualTo(2);
            shared.restart();
            assertThat(shared.bean(KeyRing.class).state()).isEqualTo(KeyRing.SealState.SEALED);
            unseal(shared, TestAccess.OWNER, shares.getFirst());
            assertThat(unseal(shared, TestAccess.STRANGER, shares.get(1))
                            .json()
                            .path("state")
                            .asString())
                    .isEqualTo("unsealed");
        }
    }

    /** The answer with the shares may get lost, or their files may not be written. */
    @Test
    void sharesCountOnlyWhenEnoughOfThemWereSentBack() throws Exception {
        try (RunningVault shared = RunningVault.start()) {
            List<String> lost = made(shared);
            assertThat(shared.bean(KeyRing.class).people()).isNull();
            shared.restart();
            assertThat(shared.bean(KeyRing.class).state()).isEqualTo(KeyRing.SealState.UNSEALED);
            List<String> shares = made(shared);
            for (List<String> wrong : List.of(
                    List.<String>of(),
                    List.of(shares.getFirst()),
                    List.of(shares.getFirst(), shares.getFirst()),
                    List.of(shares.getFirst(), lost.get(1)),
                    List.of(shares.getFirst(), "sp_shr_x"),
                    lost.subList(0, 2),
                    shares)) {
                assertThat(confirm(shared, wrong).status())
                        .as(wrong.size() + " shares")
                        .isEqualTo(400);
                assertThat(shared.bean(KeyRing.class).people()).isNull();
            }
            assertThat(shared.audits(AuditEvent.VAULT_SHARED)).isEmpty();
            assertThat(confirm(shared, shares.subList(1, 3)).status()).isEqualTo(200);
            assertThat(shared.audits(AuditEvent.VAULT_SHARED)).hasSize(1);
            assertThat(confirm(shared, shares.subList(1, 3)).status())
                    .as("once")
                    .isEqualTo(400);
            assertThat(shared.with(TestAccess.OWNER, "POST", "/v1/vault/seal", null)
                            .status())
                    .isEqualTo(200);
            unseal(shared, TestAccess.OWNER, shares.getFirst());
            assertThat(unseal(shared, TestAccess.STRANGER, shares.get(2))
                            .json()
                            .path("state")
                            .asString())
                    .isEqualTo("unsealed");
        }
    }

    /** The terms of before lie in older copies under the protector alone. */
    @Test
    void whatIsStoredAfterASharingLiesUnderATermThatNoOlderCopyHas() throws Exception {
        try (RunningVault shared = RunningVault.start()) {
            byte[] value = "some-value".getBytes(StandardCharsets.US_ASCII);
            shared.put(TestAccess.OWNER, "before", value, Map.of());
            List<Integer> copied = termsOf(shared, "not under_people");
            assertThat(copied).hasSize(1);
            assertThat(termOf(shared, "before")).isIn(copied);
            shares(shared);
            assertThat(termsOf(shared, "not under_people")).isEmpty();
            shared.put(TestAccess.OWNER, "after", value, Map.of());
            assertThat(termOf(shared, "after")).isNotIn(copied);
            // So it is with each further sharing.
            List<Integer> again = termsOf(shared, "under_people");
            shares(shared);
            shared.put(TestAccess.OWNER, "later", value, Map.of());
            assertThat(termOf(shared, "later")).isNotIn(again);
            assertThat(shared.bean(SecretMaintenance.class).verify().failed()).isEmpty();
            assertThat(shared.bean(SecretMaintenance.class).verify().opened()).isEqualTo(3);
        }
    }

    private static List<Integer> termsOf(RunningVault vault, String condition) {
        return vault.jdbc()
                .sql("select term from key_term where " + condition)
                .query(Integer.class)
                .list();
    }

    private static int termOf(RunningVault vault, String secret) {
        return vault.jdbc()
                .sql("select term from secret_version join secret using (secret_id) where name = ?")
                .param(secret)
                .query(Integer.class)
                .single();
    }

    /** What a replica writes that seals. */
    private static void sealElsewhere(RunningVault vault) {
        vault.bean(TransactionTemplate.class).executeWithoutResult(_ -> {
            vault.jdbc().sql("update vault_seal set sealed = true").update();
            vault.jdbc().sql("delete from people_share").update();
        });
    }

    /** Made and in force. */
    private static List<String> shares(RunningVault vault) {
        List<String> shares = made(vault);
        RunningVault.Answer answer = confirm(vault, shares.subList(0, 2));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return shares;
    }

    private static List<String> made(RunningVault vault) {
        RunningVault.Answer answer =
                vault.with(TestAccess.OWNER, "POST", "/v1/vault/share", Map.of("people", 3, "threshold", 2));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.headers().getOrDefault("cache-control", List.of()))
                .anyMatch(value -> value.contains("no-store"));
        return answer.json()
                .path("shares")
                .valueStream()
                .map(JsonNode::asString)
                .toList();
    }

    private static RunningVault.Answer confirm(RunningVault vault, List<String> shares) {
        return vault.with(TestAccess.OWNER, "POST", "/v1/vault/share:confirm", Map.of("shares", shares));
    }

    private static RunningVault.Answer unseal(RunningVault vault, String token, @Nullable String share) {
        return vault.with(token, "POST", "/v1/vault/unseal", share == null ? null : Map.of("share", share));
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
