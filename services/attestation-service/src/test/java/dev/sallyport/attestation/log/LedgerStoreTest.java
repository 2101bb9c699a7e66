package dev.sallyport.attestation.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.testkit.FleetBackends;
import dev.sallyport.tlog.Rfc6962;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

class LedgerStoreTest {
    @Test
    void whoComputedOnAnOlderTreeWritesNothing() {
        var database = FleetBackends.shared().postgres().freshDatabase("attestation-service");
        var source = new DriverManagerDataSource(database.jdbcUrl(), database.user(), database.password());
        Flyway.configure()
                .dataSource(source)
                .locations("classpath:db/migration")
                .load()
                .migrate();
        LedgerStore store = new LedgerStore(JdbcClient.create(source), new JdbcTemplate(source));
        TreeState seen = store.state();

        store.advance(seen, 3, Rfc6962.leaf(new byte[] {1}));
        assertThatThrownBy(() -> store.advance(seen, 4, Rfc6962.leaf(new byte[] {2})))
                .isInstanceOf(LedgerException.LostRace.class);
        // Of the same size but another epoch: somebody has been there meanwhile.
        TreeState now = store.state();
        assertThatThrownBy(() -> store.advance(new TreeState(now.size(), now.root(), now.epoch() - 1), 5, now.root()))
                .isInstanceOf(LedgerException.LostRace.class);
        assertThat(store.state()).isEqualTo(new TreeState(3, Rfc6962.leaf(new byte[] {1}), seen.epoch() + 1));
    }
}
