package dev.sallyport.testkit;

import dev.sallyport.embedded.KafkaAdministration;
import dev.sallyport.embedded.PostgresAdministration;
import dev.sallyport.testkit.PostgresBackend.Database;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** Databases and topics that no other test of this JVM uses. */
final class FreshNames {
    // Enough to meet several partitions, and quicker to make than the fleet's twelve.
    private static final int PARTITIONS = 3;

    private static final AtomicInteger NEXT = new AtomicInteger();
    private static final SecureRandom RANDOM = new SecureRandom();

    private FreshNames() {}

    static Database database(String purpose, PostgresAdministration administration, UnaryOperator<String> jdbcUrl) {
        String name = purpose.replace('-', '_') + "_" + NEXT.incrementAndGet();
        byte[] random = new byte[16];
        RANDOM.nextBytes(random);
        String password = HexFormat.of().formatHex(random);
        administration.role(name, password);
        administration.database(name, name);
        return new Database(jdbcUrl.apply(name), name, password);
    }

    static String topics(KafkaAdministration administration) {
        String prefix = "t" + NEXT.incrementAndGet() + ".";
        administration.createFleetTopics(prefix, PARTITIONS);
        return prefix;
    }
}
