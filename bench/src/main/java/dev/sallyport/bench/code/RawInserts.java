package dev.sallyport.bench.code;

import dev.sallyport.statements.Digest;
import dev.sallyport.testkit.PostgresBackend;
import dev.sallyport.tlog.Rfc6962;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** The floor of an append: the same bytes in batches into a table of the same form, rewritten to multi-row inserts. */
final class RawInserts implements AutoCloseable {
    private final Connection connection;
    private long next;

    RawInserts(PostgresBackend.Database database) throws SQLException {
        connection = DriverManager.getConnection(
                database.jdbcUrl() + (database.jdbcUrl().contains("?") ? "&" : "?")
                        + "reWriteBatchedInserts=true&sslmode=require",
                database.user(),
                database.password());
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("""
                    create table entry (idx bigint primary key, digest bytea not null unique, leaf bytea not null,
                        envelope bytea not null, certificate bytea not null,
                        appended_at timestamptz not null default clock_timestamp())""");
        }
        connection.commit();
    }

    /** Inserts all records with one commit for each batch. */
    double perSecond(List<byte[]> envelopes, int batch) throws SQLException {
        List<byte[][]> rows = envelopes.stream()
                .map(envelope -> new byte[][] {
                    Digest.of(envelope).bytes(), Rfc6962.leaf(envelope).bytes(), envelope
                })
                .toList();
        byte[] certificate = new byte[32];
        long begin = System.nanoTime();
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into entry (idx, digest, leaf, envelope, certificate) values (?, ?, ?, ?, ?)")) {
            int pending = 0;
            for (byte[][] row : rows) {
                insert.setLong(1, next++);
                insert.setBytes(2, row[0]);
                insert.setBytes(3, row[1]);
                insert.setBytes(4, row[2]);
                insert.setBytes(5, certificate);
                insert.addBatch();
                if (++pending == batch) {
                    insert.executeBatch();
                    connection.commit();
                    pending = 0;
                }
            }
            insert.executeBatch();
            connection.commit();
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        try (Statement statement = connection.createStatement();
                ResultSet count = statement.executeQuery("select count(*) from entry")) {
            if (!count.next() || count.getLong(1) != next) {
                throw new IllegalStateException("the floor did not insert what it timed");
            }
        }
        return envelopes.size() / seconds;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
