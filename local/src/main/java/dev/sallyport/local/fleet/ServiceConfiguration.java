package dev.sallyport.local.fleet;

import dev.sallyport.identity.ca.FleetLayout;
import dev.sallyport.local.home.FleetPorts;
import dev.sallyport.local.home.Part;
import dev.sallyport.local.home.Replica;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The properties that a service or the node is started with; names as in docs/contracts.md. */
final class ServiceConfiguration {
    private final FleetContext context;
    private final DatabasePasswords passwords;

    ServiceConfiguration(FleetContext context, DatabasePasswords passwords) {
        this.context = context;
        this.passwords = passwords;
    }

    /** The properties of a service. */
    Map<String, String> of(Replica replica) {
        Part service = replica.part();
        FleetPorts ports = context.ports();
        Map<String, String> properties = common(replica);
        properties.put("server.port", Integer.toString(ports.internal(replica)));
        properties.put("sallyport.public.port", Integer.toString(ports.open(replica)));
        properties.put("sallyport.public.address", "127.0.0.1");
        properties.put("sallyport.public.url", ports.publicUrl(service));
        properties.put("spring.kafka.bootstrap-servers", "localhost:" + ports.kafka());
        // A second consumer has the same few cores; it would only make the batches smaller.
        properties.put("sallyport.inbox.concurrency", "1");
        properties.put(
                "spring.datasource.url",
                "jdbc:postgresql://localhost:" + ports.postgresql() + "/" + service.database());
        properties.put("spring.datasource.username", service.database());
        properties.put(
                "sallyport.datasource.password-file", passwords.file(service).toString());
        switch (service) {
            case EXECUTOR -> properties.put("sallyport.executor.role", "control");
            case VAULT -> {
                properties.put(
                        "sallyport.vault.issuing-dir",
                        context.home().folder().resolve("ca").resolve("issuing").toString());
                properties.put(
                        "sallyport.vault.protector-key",
                        new FleetLayout(context.home().folder())
                                .issuingProtector()
                                .toString());
                properties.put("sallyport.vault.keyring-key", shared(service, "keyring.key"));
            }
            case ATTESTATION -> properties.put("sallyport.ledger.detail-key", shared(service, "detail.key"));
            case POLICY, APPROVAL, NODE, POSTGRESQL, KAFKA -> {}
        }
        return properties;
    }

    /** A file that all replicas share: it lies in the folder of the first one. */
    private String shared(Part service, String file) {
        return context.home().of(service).resolve("state").resolve(file).toString();
    }

    /** The properties of a node, which has neither a database nor Kafka. */
    Map<String, String> ofNode(Replica node) {
        Map<String, String> properties = common(node);
        // A node serves nobody; health probes ask its public connector.
        properties.put("server.port", "0");
        properties.put("sallyport.public.port", Integer.toString(context.ports().open(node)));
        properties.put("sallyport.public.address", "127.0.0.1");
        properties.put("sallyport.executor.role", "node");
        properties.put("sallyport.node.pool", "default");
        properties.put("sallyport.node.name", node.nodeName());
        // The supervisor gives a part 30 s to stop.
        properties.put("sallyport.node.drain", "10s");
        return properties;
    }

    private Map<String, String> common(Replica replica) {
        FleetPorts ports = context.ports();
        Path folder = context.home().of(replica);
        var properties = new LinkedHashMap<String, String>();
        properties.put("server.address", "127.0.0.1");
        properties.put(
                "sallyport.identity.dir", context.home().identity(replica).toString());
        properties.put("sallyport.state.dir", folder.resolve("state").toString());
        for (Part service : Part.services()) {
            String name = service.id().replace("-service", "");
            properties.put("sallyport.fleet." + name + "-url", ports.internalUrl(service));
        }
        properties.put("sallyport.fleet.ledger-pages-url", ports.publicUrl(Part.ATTESTATION) + "/ledger");
        properties.put("sallyport.fleet.approval-public-url", ports.publicUrl(Part.APPROVAL));
        properties.put("sallyport.fleet.policy-pages-url", ports.publicUrl(Part.POLICY) + "/policy");
        properties.put("sallyport.fleet.vault-pages-url", ports.publicUrl(Part.VAULT) + "/vault");
        return properties;
    }
}
