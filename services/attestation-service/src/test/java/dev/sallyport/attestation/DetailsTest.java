package dev.sallyport.attestation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.attestation.detail.DetailException;
import dev.sallyport.attestation.detail.DetailStore;
import dev.sallyport.statements.record.Detail;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DetailsTest {
    private RunningLedger ledger;
    private JdbcClient jdbc;
    private DetailStore store;

    @BeforeAll
    void start() {
        ledger = RunningLedger.start();
        jdbc = ledger.bean(JdbcClient.class);
        store = ledger.bean(DetailStore.class);
    }

    @AfterAll
    void stop() {
        ledger.close();
    }

    @Test
    void aDetailReadsBackAndIsNotLegibleInTheDatabase() {
        Detail secret = keep("proposal:a", "a very telling argument");

        assertThat(store.open("proposal:a")).containsOnlyKeys(secret.digest());
        assertThat(store.open("proposal:a").values())
                .extracting(Detail::content)
                .containsExactly(secret.content());
        assertThat(sealed(secret)).doesNotContain("telling").doesNotContain(new String(secret.bytes(), UTF_8));
    }

    @Test
    void withoutTheSubjectsKeyNothingOfItCanBeReadAndOthersStay() {
        Detail forgotten = keep("proposal:b", "to be forgotten");
        Detail kept = keep("proposal:c", "to be kept");
        jdbc.sql("delete from subject_key where subject = 'proposal:b'").update();

        assertThat(store.open("proposal:b")).isEmpty();
        assertThat(store.open("proposal:c")).containsOnlyKeys(kept.digest());
        assertThat(jdbc.sql("select count(*) from detail where digest = :digest")
                        .param("digest", forgotten.digest().bytes())
                        .query(Integer.class)
                        .single())
                .isZero();
    }

    @Test
    void aDetailOrKeyMovedToAnotherPlaceIsNotOpened() {
        Detail one = keep("proposal:d", "one");
        Detail two = keep("proposal:d", "two");
        keep("proposal:e", "three");
        jdbc.sql("update detail set sealed = (select sealed from detail where digest = :two) where digest = :one")
                .param("one", one.digest().bytes())
                .param("two", two.digest().bytes())
                .update();
        assertThatThrownBy(() -> store.open("proposal:d")).isInstanceOf(DetailException.Unreadable.class);

        jdbc.sql("update subject_key set wrapped_key ="
                        + " (select wrapped_key from subject_key where subject = 'proposal:d')"
                        + " where subject = 'proposal:e'")
                .update();
        assertThatThrownBy(() -> store.open("proposal:e")).isInstanceOf(DetailException.Unreadable.class);
    }

    @Test
    void theKeyFileIsItsOwnersAloneAndAMissingOneIsNotReplaced(@TempDir Path empty) throws Exception {
        keep("proposal:f", "something");
        Path file = ledger.state().resolve("detail.key");
        assertThat(Files.size(file)).isEqualTo(32);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");

        JdbcTemplate batches = ledger.bean(JdbcTemplate.class);
        assertThatThrownBy(() -> new DetailStore(jdbc, batches, empty.resolve("detail.key")))
                .isInstanceOf(DetailException.KeyFileUnusable.class)
                .hasMessageContaining("restore it");
        assertThat(empty.resolve("detail.key")).doesNotExist();
        assertThat(new DetailStore(jdbc, batches, file).open("proposal:f")).hasSize(1);
    }

    private Detail keep(String subject, String content) {
        Detail detail = Detail.of(content.getBytes(UTF_8));
        store.insert(store.seal(Map.of(subject, List.of(detail))));
        return detail;
    }

    private String sealed(Detail detail) {
        return jdbc.sql("select sealed from detail where digest = :digest")
                .param("digest", detail.digest().bytes())
                .query((row, number) -> new String(row.getBytes(1), UTF_8))
                .single();
    }
}
