package dev.sallyport.local.fleet;

import dev.sallyport.local.home.FleetPorts;
import dev.sallyport.local.home.Part;
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

    /** Of a service. */
    Map<String, String> of(Part service) {
        FleetPorts ports = context.ports();
        Map<String, String> properties = common(service);
        properties.put("server.port", Integer.toString(ports.internal(service)));
        properties.put("sallyport.public.port", Integer.toString(ports.open(service)));
        properties.put("sallyport.public.address", "127.0.0.1");
        properties.put("sallyport.public.url", ports.publicUrl(service));
        properties.put("spring.kafka.bootstrap-servers", "localhost:" + ports.kafka());
        properties.put(
                "spring.datasource.url",
                "jdbc:postgresql://localhost:" + ports.postgresql() + "/" + service.database());
        properties.put("spring.datasource.username", service.database());
        properties.put(
                "sallyport.datasource.password-file", passwords.file(service).toString());
        switch (service) {
            case EXECUTOR -> properties.put("sallyport.executor.role", "control");
            case VAULT ->
                properties.put(
                        "sallyport.vault.issuing-dir",
                        context.home().folder().resolve("ca").resolve("issuing").toString());
            case POLICY, APPROVAL, ATTESTATION, NODE, POSTGRESQL, KAFKA -> {}
        }
        return properties;
    }

    /** Of the node, which has neither a database nor Kafka. */
    Map<String, String> ofNode() {
        Map<String, String> properties = common(Part.NODE);
        // It serves nobody; what health probes ask is on the public connector.
        properties.put("server.port", "0");
        properties.put("sallyport.public.port", Integer.toString(context.ports().nodeHealth()));
        properties.put("sallyport.public.address", "127.0.0.1");
        properties.put("sallyport.executor.role", "node");
        properties.put("sallyport.node.pool", "default");
        properties.put("sallyport.node.name", "node-1");
        return properties;
    }

    private Map<String, String> common(Part part) {
        FleetPorts ports = context.ports();
        Path folder = context.home().of(part);
        var properties = new LinkedHashMap<String, String>();
        properties.put("server.address", "127.0.0.1");
        properties.put("sallyport.identity.dir", context.home().identity(part).toString());
        properties.put("sallyport.state.dir", folder.resolve("state").toString());
        for (Part service : Part.services()) {
            String name = service.id().replace("-service", "");
            properties.put("sallyport.fleet." + name + "-url", ports.internalUrl(service));
        }
        properties.put("sallyport.fleet.attestation-public-url", ports.publicUrl(Part.ATTESTATION));
        properties.put("sallyport.fleet.approval-public-url", ports.publicUrl(Part.APPROVAL));
        return properties;
    }
}
