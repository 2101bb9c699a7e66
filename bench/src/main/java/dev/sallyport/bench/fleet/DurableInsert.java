package dev.sallyport.bench.fleet;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/** Plain JDBC into a table of its own in the fleet's PostgreSQL, over TLS, each commit on disk: what durable costs. */
final class DurableInsert implements AutoCloseable {
    /** About the size of a signed statement, in bytes. */
    static final int ROW_BYTES = 2_500;

    private final String table;
    private final BlockingQueue<Connection> idle;
    private final AtomicLong next = new AtomicLong();

    DurableInsert(FleetProcess fleet, String purpose, int connections) throws SQLException {
        table = "bench_" + purpose;
        Properties access = new Properties();
        access.put("user", "policy_service");
        access.put(
                "password",
                FleetProcess.read(fleet.home().resolve("policy-service/database-password"))
                        .strip());
        access.put("sslmode", "require");
        Path tls = fleet.home().resolve("identities/policy-service/tls");
        access.put("sslcert", tls.resolve("tls.crt").toString());
        access.put("sslkey", tls.resolve("tls.key").toString());
        access.put("pemKeyAlgorithm", "EC");
        access.put("reWriteBatchedInserts", "true");
        idle = new ArrayBlockingQueue<>(connections);
        for (int i = 0; i < connections; i++) {
            idle.add(DriverManager.getConnection(
                    "jdbc:postgresql://localhost:" + fleet.port("postgresql") + "/policy_service", access));
        }
        try (Statement statement = idle.element().createStatement()) {
            statement.execute("drop table if exists " + table);
            statement.execute("create table " + table + " (id bigint primary key, body bytea not null)");
        }
    }

    /** Inserts this many rows and commits. */
    void insert(int rows) throws SQLException, InterruptedException {
        Connection connection = idle.take();
        try {
            connection.setAutoCommit(false);
            try (PreparedStatement insert =
                    connection.prepareStatement("insert into " + table + " (id, body) values (?, ?)")) {
                for (int i = 0; i < rows; i++) {
                    byte[] body = new byte[ROW_BYTES];
                    ThreadLocalRandom.current().nextBytes(body);
                    insert.setLong(1, next.getAndIncrement());
                    insert.setBytes(2, body);
                    insert.addBatch();
                }
                insert.executeBatch();
            }
            connection.commit();
        } finally {
            idle.add(connection);
        }
    }

    long rows() throws SQLException, InterruptedException {
        Connection connection = idle.take();
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("select count(*) from " + table)) {
            result.next();
            return result.getLong(1);
        } finally {
            connection.commit();
            idle.add(connection);
        }
    }

    @Override
    public void close() throws SQLException {
        try (Statement statement = idle.element().createStatement()) {
            statement.execute("drop table " + table);
        }
        idle.element().commit();
        for (Connection connection : idle) {
            connection.close();
        }
    }
}
