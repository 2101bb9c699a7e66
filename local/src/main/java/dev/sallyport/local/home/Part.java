package dev.sallyport.local.home;

import java.util.Arrays;
import java.util.List;

/** The processes of the fleet on one machine. */
public enum Part {
    /** The database of all services. */
    POSTGRESQL("postgresql", "sallyport-pg"),
    /** The broker that statements pass through. */
    KAFKA("kafka", "sallyport-kafka"),
    /** Secrets, certificates and the denylist. */
    VAULT("vault-service", "sallyport-vault"),
    /** Proposals, decisions and permits. */
    POLICY("policy-service", "sallyport-policy"),
    /** Questions to people and their answers. */
    APPROVAL("approval-service", "sallyport-approval"),
    /** The ledger. */
    ATTESTATION("attestation-service", "sallyport-attest"),
    /** Executor control, which hands permitted calls to nodes. */
    EXECUTOR("executor-service", "sallyport-executor"),
    /** An executor node, which runs them in the sandbox. */
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
