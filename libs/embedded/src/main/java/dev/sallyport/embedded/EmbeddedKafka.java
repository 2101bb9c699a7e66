package dev.sallyport.embedded;

import dev.sallyport.nativecrypto.NativeCryptography;
import kafka.Kafka;
import kafka.tools.StorageTool;

/**
 * The broker's own JVM: formats its storage at the first start, then runs as broker and controller in one until it is
 * told to stop. {@link KafkaProcess} starts it.
 */
public final class EmbeddedKafka {
    private EmbeddedKafka() {}

    /** Runs with the path of the broker's properties file and the cluster id (22 characters of base64url). */
    public static void main(String... arguments) {
        if (arguments.length != 2) {
            throw new IllegalArgumentException("Usage: EmbeddedKafka PROPERTIES CLUSTER_ID");
        }
        NativeCryptography.install();
        String properties = arguments[0];
        int formatted = format(properties, arguments[1]);
        if (formatted != 0) {
            System.exit(formatted);
        }
        Kafka.main(new String[] {properties});
    }

    /** Answers the exit code. */
    static int format(String properties, String clusterId) {
        // One argument: an id may begin with '-'.
        return StorageTool.execute(
                new String[] {"format", "--ignore-formatted", "--config", properties, "--cluster-id=" + clusterId},
                System.out);
    }
}
