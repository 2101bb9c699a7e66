package dev.sallyport.attestation;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sallyport.attestation.detail.DetailStore;
import dev.sallyport.attestation.log.Batch;
import dev.sallyport.attestation.log.CheckpointPublisher;
import dev.sallyport.attestation.log.LeafCandidate;
import dev.sallyport.attestation.log.Ledger;
import dev.sallyport.statements.sample.SampleCall;
import dev.sallyport.testkit.TestFleet;
import dev.sallyport.tlog.Checkpoint;
import dev.sallyport.tlog.Proofs;
import dev.sallyport.tlog.TreeHash;
import dev.sallyport.tlog.VerifierKey;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import tools.jackson.databind.json.JsonMapper;

/** The database comes back as an older backup of itself while the log's files are what they were. */
class RestoredBackupTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private RunningLedger ledger;
    private JdbcClient database;
    private SampleCall kept;
    private SampleCall lost;

    @BeforeEach
    void startWithABackupThatHasBecomeOld() {
        ledger = RunningLedger.start();
        database = JdbcClient.create(new DriverManagerDataSource(
                TestFleet.shared().databaseUrl(ledger.property("spring.datasource.url")),
                ledger.property("spring.datasource.username"),
                ledger.property("spring.datasource.password")));
        try (Traffic traffic = new Traffic(ledger)) {
            kept = traffic.call();
            backUp();
            // Across the border of a bundle, with signers that the backup does not know.
            grow(300);
            lost = traffic.call();
        }
    }

    @AfterEach
    void stop() {
        ledger.close();
    }

    /** No tile is served before it is full, and no width that no published tree has. */
    @Test
    void tilesAreServedOnlyAsWideAsThePublishedTree() {
        long size = checkpoint().size();
        int more = (int) (size - 256);
        assertThat(more).isBetween(2, 254);
        Map<String, Integer> expected = new LinkedHashMap<>();
        expected.put("tile/0/000", 200);
        expected.put("tile/entries/000", 200);
        expected.put("tile/0/001", 404);
        expected.put("tile/entries/001", 404);
        for (String kind : List.of("0", "entries")) {
            expected.put("tile/" + kind + "/001.p/1", 200);
            expected.put("tile/" + kind + "/001.p/" + more, 200);
            expected.put("tile/" + kind + "/001.p/" + (more + 1), 404);
            expected.put("tile/" + kind + "/001.p/0", 404);
            expected.put("tile/" + kind + "/001.p/256", 404);
        }
        expected.put("tile/1/000", 404);
        expected.put("tile/1/000.p/1", 200);
        expected.put("tile/1/000.p/2", 404);
        expected.put("tile/2/000.p/1", 404);
        Map<String, byte[]> served = new LinkedHashMap<>();
        expected.forEach((path, status) -> {
            var answer = ledger.get("/" + path, TestCallers.AUDITOR);
            assertThat(answer.statusCode()).as(path).isEqualTo(status);
            if (status == 200) {
                served.put(path, answer.body());
            }
        });
        grow(3);
        await().atMost(Traffic.SOON).until(() -> checkpoint().size() >= size + 3);
        served.forEach((path, bytes) -> assertThat(
                        ledger.get("/" + path, TestCallers.AUDITOR).body())
                .as(path)
                .isEqualTo(bytes));
        assertThat(ledger.get("/tile/0/001.p/" + (more + 3), "").statusCode()).isEqualTo(200);
    }

    @Test
    void theDatabaseIsBuiltAgainFromTheFilesAndGoesOnAsIfNothingHadBeen() {
        Checkpoint before = checkpoint();
        List<Map<String, Object>> entries = entries();
        ledger.stop();
        restore();
        assertThat(size()).isLessThan(before.size());

        ledger.restart();

        await().atMost(Traffic.SOON).until(() -> size() >= before.size());
        assertThat(entries().subList(0, entries.size())).isEqualTo(entries);
        // Details of the lost time come again with the records, which Kafka still has.
        await().atMost(Traffic.SOON)
                .until(() -> ledger.bean(DetailStore.class)
                        .open("proposal:" + lost.id())
                        .containsKey(lost.terms().prompt.digest()));
        try (Traffic traffic = new Traffic(ledger)) {
            traffic.call();
        }
        Checkpoint after = checkpoint();
        assertThat(after.size()).isGreaterThan(before.size());
        assertThatCode(() -> Proofs.verifyConsistency(
                        before.size(), before.root(), after.size(), after.root(), path(before, after)))
                .doesNotThrowAnyException();
        assertThat(entries().stream().map(entry -> entry.get("digest"))).doesNotHaveDuplicates();
        assertThat(status()).isEqualTo("UP");
    }

    @Test
    void withoutAllTheFilesNothingIsAppendedNorSigned() throws IOException {
        Checkpoint before = checkpoint();
        ledger.stop();
        restore();
        long backup = size();
        Path signers = ledger.state().resolve("log/signers");
        Path aside = Files.move(signers, ledger.state().resolve("signers-aside"));

        ledger.restart();

        assertThatThrownBy(() -> ledger.bean(CheckpointPublisher.class).publish())
                .hasMessageContaining("set back")
                .hasMessageContaining("signers");
        assertThatThrownBy(() -> grow(1)).hasMessageContaining("set back");
        // Reading is a leaf too, and the reader is told what is wrong.
        HttpResponse<byte[]> refused = ledger.get("/v1/cases/" + kept.id(), TestCallers.AUDITOR);
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(JSON.readTree(refused.body()).get("code").stringValue()).isEqualTo("SECOND_HISTORY");
        assertThat(size()).isEqualTo(backup);
        assertThat(status()).isEqualTo("DOWN");

        // The positive control: with them it goes on by itself.
        Files.move(aside, signers);
        await().atMost(Traffic.SOON).until(() -> status().equals("UP"));
        assertThat(size()).isGreaterThanOrEqualTo(before.size());
        assertThat(ledger.get("/v1/cases/" + kept.id(), TestCallers.AUDITOR).statusCode())
                .isEqualTo(200);
    }

    @Test
    void aFileThatSaysSomethingElseThanWasSignedBuildsNothing() throws IOException {
        ledger.stop();
        restore();
        long backup = size();
        Path bundles = ledger.state().resolve("log/tile/entries");
        Path bundle = bundles.resolve("000");
        byte[] genuine = Files.readAllBytes(bundle);
        String text = new String(genuine, ISO_8859_1);
        int at = text.lastIndexOf("\"payload\":\"") + 40;
        byte[] changed = genuine.clone();
        changed[at] = (byte) (changed[at] == 'A' ? 'B' : 'A');
        Files.write(bundle, changed);

        ledger.restart();

        assertThatThrownBy(() -> ledger.bean(CheckpointPublisher.class).publish())
                .hasMessageContaining("set back");
        assertThat(size()).isEqualTo(backup);
        Files.write(bundle, genuine);
        await().atMost(Traffic.SOON).until(() -> size() > backup);
    }

    private List<TreeHash> path(Checkpoint older, Checkpoint newer) {
        List<TreeHash> path = new ArrayList<>();
        JSON.readTree(ledger.text("/v1/consistency?from=" + older.size() + "&to=" + newer.size(), TestCallers.AUDITOR))
                .get("hashes")
                .forEach(hash -> path.add(TreeHash.of(Base64.getDecoder().decode(hash.stringValue()))));
        return path;
    }

    private void grow(int leaves) {
        LeafCandidate[] candidates = IntStream.range(0, leaves)
                .mapToObj(i -> Traffic.candidate("case:" + i))
                .toArray(LeafCandidate[]::new);
        ledger.bean(Ledger.class).append(Batch.of(candidates));
    }

    private void backUp() {
        database.sql("create schema backup").update();
        for (String table : tables()) {
            database.sql("create table backup." + table + " as table public." + table)
                    .update();
        }
    }

    /** As a restored dump does it: every table as it was. */
    private void restore() {
        List<String> tables = tables();
        for (String table : tables) {
            database.sql("alter table public." + table + " disable trigger user")
                    .update();
        }
        database.sql("truncate " + String.join(", ", tables)).update();
        for (String table : tables.stream().sorted(parentsFirst()).toList()) {
            database.sql("insert into public." + table + " overriding system value select * from backup." + table)
                    .update();
            database.sql("alter table public." + table + " enable trigger user").update();
        }
    }

    private static Comparator<String> parentsFirst() {
        List<String> parents = List.of("certificate", "subject_key");
        return Comparator.comparing(table -> !parents.contains(table));
    }

    private List<String> tables() {
        return database.sql("select tablename from pg_tables where schemaname = 'public'"
                        + " and tablename not like '%flyway%' order by tablename")
                .query(String.class)
                .list();
    }

    private List<Map<String, Object>> entries() {
        return database.sql("select idx, encode(digest, 'hex') as digest, encode(leaf, 'hex') as leaf,"
                        + " encode(envelope, 'hex') AS envelope, encode(certificate, 'hex') AS certificate"
                        + " from entry order by idx")
                .query()
                .listOfRows();
    }

    private long size() {
        return database.sql("select size from tree_state").query(Long.class).single();
    }

    private Checkpoint checkpoint() {
        VerifierKey key = VerifierKey.parse(TestFleet.shared().trust().logKeys().getFirst());
        return Checkpoint.open(ledger.get("/checkpoint", "").body(), List.of(key));
    }

    private String status() {
        var health = ledger.context()
                .getBean("ledgerHealthIndicator", HealthIndicator.class)
                .health(true);
        return health == null ? "none" : health.getStatus().getCode();
    }
}
