package dev.sallyport.e2e.harness;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The fleet's PostgreSQL as its superuser: whoever got hold of the server's own files. */
public final class Databases {
    private final Fleet fleet;

    public Databases(Fleet fleet) {
        this.fleet = fleet;
    }

    /** The services' databases. */
    public List<String> names() {
        return rows("postgres", "select datname from pg_database where not datistemplate order by 1");
    }

    /** All tables of a database, schema and name quoted. */
    public List<String> tables(String database) {
        return rows(
                database,
                "select format('%I.%I', schemaname, tablename) from pg_tables"
                        + " where schemaname not in ('pg_catalog', 'information_schema') order by 1");
    }

    /** The first column of what a query answers, as text. */
    public List<String> rows(String database, String query) {
        try (Connection connection = connect(database);
                ResultSet rows = connection.createStatement().executeQuery(query)) {
            List<String> all = new ArrayList<>();
            while (rows.next()) {
                all.add(String.valueOf(rows.getString(1)));
            }
            return all;
        } catch (SQLException e) {
            throw new IllegalStateException(query, e);
        }
    }

    public void update(String database, String sql) {
        try (Connection connection = connect(database)) {
            connection.createStatement().execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    private Connection connect(String database) throws SQLException {
        Path tls = fleet.home().resolve("identities/postgresql/tls");
        return DriverManager.getConnection(
                "jdbc:postgresql://localhost:" + fleet.postgresql() + "/" + database + "?sslmode=require&sslcert="
                        + tls.resolve("tls.crt") + "&sslkey=" + tls.resolve("tls.key") + "&pemKeyAlgorithm=EC",
                "postgres",
                Fleet.read(fleet.home().resolve("postgresql/superuser-password"))
                        .strip());
    }
}
