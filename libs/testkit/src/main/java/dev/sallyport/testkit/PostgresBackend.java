package dev.sallyport.testkit;

/** A PostgreSQL server: TLS and scram only, durable. */
public interface PostgresBackend {
    /**
     * A database of its own.
     *
     * @param jdbcUrl with the server's certificate verified
     * @param user its owner, a role that may do nothing else
     * @param password of the owner
     */
    record Database(String jdbcUrl, String user, String password) {}

    /**
     * Makes an empty database with a role of its own.
     *
     * @param purpose beginning of both names, a service's name or any lower-case word
     */
    Database freshDatabase(String purpose);
}
