package dev.sallyport.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.embedded.PemFiles;
import dev.sallyport.identity.ca.FleetCa;
import dev.sallyport.testkit.PostgresBackend.Database;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresBackendTest {
    private static Database mine;
    private static Database others;

    @BeforeAll
    static void start() {
        PostgresBackend postgres = FleetBackends.shared().postgres();
        mine = postgres.freshDatabase("policy-service");
        others = postgres.freshDatabase("vault-service");
    }

    @Test
    void itsOwnerConnectsOverTls() throws SQLException {
        try (Connection connection = connect(mine.jdbcUrl(), mine.user(), mine.password())) {
            assertThat(one(
                            connection,
                            "select ssl and version = 'TLSv1.3' from pg_stat_ssl where pid = pg_backend_pid()"))
                    .isEqualTo("t");
        }
    }

    @Test
    void aWrongPasswordIsRefused() throws SQLException {
        assertThatThrownBy(() -> connect(mine.jdbcUrl(), mine.user(), "not-" + mine.password()))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
        connect(mine.jdbcUrl(), mine.user(), mine.password()).close();
    }

    @Test
    void aPasswordWithoutACertificateOfTheFleetIsRefused(@TempDir Path temp) throws SQLException {
        String without = mine.jdbcUrl().replaceFirst("&sslcert=.*", "");
        assertThatThrownBy(() -> connect(without, mine.user(), mine.password()))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28000"));
        FleetCa foreign = FleetCa.init(temp.resolve("foreign"));
        assertThatThrownBy(() -> connect(
                        without + shown(foreign.layout().service("policy-service")), mine.user(), mine.password()))
                .isInstanceOf(SQLException.class);
        connect(without + shown(TestFleet.shared().identity("policy-service")), mine.user(), mine.password())
                .close();
    }

    private static String shown(Path identity) {
        PemFiles files = PemFiles.of(identity);
        return "&sslcert=" + files.certificateChain() + "&sslkey=" + files.privateKey() + "&pemKeyAlgorithm=EC";
    }

    @Test
    void aConnectionWithoutTlsIsRefused() {
        String plain = mine.jdbcUrl().replaceAll("\\?.*", "?sslmode=disable");
        assertThatThrownBy(() -> connect(plain, mine.user(), mine.password()))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28000"));
    }

    @Test
    void anotherServicesDatabaseIsRefused() throws SQLException {
        assertThatThrownBy(() -> connect(others.jdbcUrl(), mine.user(), mine.password()))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42501"));
        connect(others.jdbcUrl(), others.user(), others.password()).close();
    }

    @Test
    void commitsAreDurable() throws SQLException {
        try (Connection connection = connect(mine.jdbcUrl(), mine.user(), mine.password())) {
            assertThat(one(connection, "show fsync")).isEqualTo("on");
            assertThat(one(connection, "show synchronous_commit")).isEqualTo("on");
            assertThat(one(connection, "show full_page_writes")).isEqualTo("on");
        }
    }

    @Test
    void noRuleOfAccessTrusts() throws SQLException {
        try (Connection connection = connect(mine.jdbcUrl(), mine.user(), mine.password())) {
            assertThat(one(connection, "show password_encryption")).isEqualTo("scram-sha-256");
            assertThat(one(
                            connection,
                            "select rolsuper or rolcreaterole or rolcreatedb from pg_roles where rolname ="
                                    + " current_user"))
                    .isEqualTo("f");
        }
    }

    private static Connection connect(String url, String user, String password) throws SQLException {
        return DriverManager.getConnection(url, user, password);
    }

    private static String one(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
