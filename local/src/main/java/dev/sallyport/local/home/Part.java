package dev.sallyport.local.home;

import java.util.Arrays;
import java.util.List;

/** The processes of the fleet on one machine. */
public enum Part {
    POSTGRESQL("postgresql", "sallyport-pg"),
    KAFKA("kafka", "sallyport-kafka"),
    VAULT("vault-service", "sallyport-vault"),
    POLICY("policy-service", "sallyport-policy"),
    APPROVAL("approval-service", "sallyport-approval"),
    ATTESTATION("attestation-service", "sallyport-attest"),
    EXECUTOR("executor-service", "sallyport-executor"),
    NODE("node", "sallyport-node");

    private final String id;
    private final String user;

    Part(String id, String user) {
        this.id = id;
        this.user = user;
    }

    /** Its name; {@link Replica#id} is that of its folder. */
    public String id() {
        return id;
    }

    /** The operating system's user that it runs as when the supervisor runs as root. */
    public String user() {
        return user;
    }

    /** Name of its database and database role. */
    public String database() {
        return id.replace('-', '_');
    }

    /** Whether it is one of the five services. */
    public boolean isService() {
        return switch (this) {
            case VAULT, POLICY, APPROVAL, ATTESTATION, EXECUTOR -> true;
            case POSTGRESQL, KAFKA, NODE -> false;
        };
    }

    /** The five services, which have a database, a Kafka principal and two ports each. */
    public static List<Part> services() {
        return Arrays.stream(values()).filter(Part::isService).toList();
    }
}
