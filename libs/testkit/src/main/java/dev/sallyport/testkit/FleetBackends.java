package dev.sallyport.testkit;

/**
 * The PostgreSQL and the Kafka that tests run on, chosen by {@code -Dfleet.backends=embedded|containers}. One of each
 * per JVM, started at first use, ended with the JVM whatever ends it.
 */
public interface FleetBackends {
    /** The shared backends of this JVM. */
    static FleetBackends shared() {
        return SharedBackends.INSTANCE;
    }

    /** Where they come from: {@code embedded} or {@code containers}. */
    String kind();

    /** PostgreSQL; starts it at first use. */
    PostgresBackend postgres();

    /** Kafka; starts it at first use. */
    KafkaBackend kafka();

    /** Has both take the certificates and roots that lie in their identities now; connections that there are go on. */
    void renewTls();
}
