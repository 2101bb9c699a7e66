package dev.sallyport.embedded;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.regex.Pattern;

/** Makes roles and databases; what exists is left as it is, so every start may ask for the same. */
public final class PostgresAdministration {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,62}");
    private static final Pattern PASSWORD = Pattern.compile("[A-Za-z0-9_-]{16,}");

    private final String url;
    private final String user;
    private final String password;

    /** Connects to the maintenance database of that JDBC URL as a superuser for each piece of work. */
    public PostgresAdministration(String url, String user, String password) {
        this.url = url;
        this.user = user;
        this.password = password;
    }

    /**
     * Makes the role if missing and gives it this password, of which the server keeps only the scram verifier.
     *
     * @param rolePassword 16 or more letters, digits, {@code -} and {@code _}
     */
    public void role(String role, String rolePassword) {
        run(connection -> role(connection, role, rolePassword));
    }

    private static void role(Connection connection, String role, String rolePassword) throws SQLException {
        if (!exists(connection, "select 1 from pg_roles where rolname = ?", role)) {
            execute(connection, "create role %s login nosuperuser nocreatedb nocreaterole".formatted(name(role)));
        }
        execute(connection, "alter role %s password '%s'".formatted(name(role), literal(rolePassword)));
    }

    /** Makes the database if missing; only its owner (and the superuser) may connect to it. */
    public void database(String database, String owner) {
        run(connection -> database(connection, database, owner));
    }

    private static void database(Connection connection, String database, String owner) throws SQLException {
        if (!exists(connection, "select 1 from pg_database where datname = ?", database)) {
            execute(connection, "create database %s owner %s".formatted(name(database), name(owner)));
        }
        execute(connection, "revoke all on database %s from public".formatted(name(database)));
    }

    /**
     * Makes a role and a database of each of those names, over one connection.
     *
     * @param passwords by name, as {@link #role} takes them
     */
    public void ownDatabases(Map<String, String> passwords) {
        run(connection -> {
            for (Map.Entry<String, String> each : passwords.entrySet()) {
                role(connection, each.getKey(), each.getValue());
                database(connection, each.getKey(), each.getKey());
            }
        });
    }

    /** Removes the database and ends the sessions on it. */
    public void dropDatabase(String database) {
        run(connection -> execute(connection, "drop database if exists %s with (force)".formatted(name(database))));
    }

    /** One value of the server's configuration, as {@code show} prints it. */
    public String setting(String parameter) {
        var value = new String[1];
        run(connection -> {
            try (PreparedStatement query = connection.prepareStatement("select current_setting(?)")) {
                query.setString(1, parameter);
                try (var rows = query.executeQuery()) {
                    rows.next();
                    value[0] = rows.getString(1);
                }
            }
        });
        return value[0];
    }

    private interface Work {
        void on(Connection connection) throws SQLException;
    }

    private void run(Work work) {
        try (Connection connection = DriverManager.getConnection(url, user, password)) {
            work.on(connection);
        } catch (SQLException e) {
            throw new BackendException(
                    BackendException.Code.ADMINISTRATION_FAILED, "PostgreSQL refused: " + e.getMessage(), e);
        }
    }

    private static boolean exists(Connection connection, String sql, String name) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            query.setString(1, name);
            try (var rows = query.executeQuery()) {
                return rows.next();
            }
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** So is a new password; what is allowed in it needs no quoting. */
    private static String literal(String password) {
        if (!PASSWORD.matcher(password).matches()) {
            throw new IllegalArgumentException("Not a generated password");
        }
        return password;
    }

    /** Names are written into statements, which take no parameters there. */
    private static String name(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("Not a plain name for PostgreSQL: " + name);
        }
        return name;
    }
}
