package dev.sallyport.local.fleet;

import dev.sallyport.identity.ca.FleetCa;
import dev.sallyport.identity.ca.FleetPlan;
import dev.sallyport.local.home.HomeException;
import dev.sallyport.local.home.Part;
import dev.sallyport.local.supervise.Component;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/** The whole fleet: its identities and its processes in the order of their start. */
public final class Fleet {

    private static final String READINESS = "/actuator/health/readiness";

    private final FleetContext context;
    private final Clock clock;
    private final PostgresPart postgres;
    private final KafkaPart kafka;
    private final List<SpringPart> services;
    private final SpringPart node;

    /** A fleet in that home. */
    public Fleet(FleetContext context, Clock clock) {
        this.context = context;
        this.clock = clock;
        var passwords = new DatabasePasswords(context);
        var configuration = new ServiceConfiguration(context, passwords);
        this.postgres = new PostgresPart(context, passwords);
        this.kafka = new KafkaPart(context);
        this.services = Part.services().stream()
                .map(service -> new SpringPart(
                        context,
                        service,
                        "services/" + service.id(),
                        configuration.of(service),
                        URI.create(context.ports().publicUrl(service) + READINESS)))
                .toList();
        this.node = new SpringPart(
                context,
                Part.NODE,
                "services/executor-service",
                configuration.ofNode(),
                URI.create("http://localhost:" + context.ports().nodeHealth() + READINESS));
    }

    /** Makes the fleet's authorities and identities at the first start, renews what is due, settles whose is what. */
    public void prepareIdentities() {
        FleetCa ca = FleetCa.init(context.home().folder(), FleetPlan.oneMachine(), clock);
        ca.renew();
        for (Part part : Part.values()) {
            context.users().give(context.home().identity(part), part);
        }
        context.users().give(ca.layout().issuing(), Part.VAULT);
        Path logs = context.home().folder().resolve("logs");
        try {
            Files.createDirectories(logs);
            Files.setPosixFilePermissions(logs, PosixFilePermissions.fromString("rwx------"));
        } catch (IOException e) {
            throw new HomeException(logs + " cannot be made: " + e, e);
        }
    }

    /** Modules whose jars the processes run, to unpack them before the start. */
    public static List<String> modules() {
        var modules = new ArrayList<String>(List.of("local"));
        Part.services().forEach(service -> modules.add("services/" + service.id()));
        return modules;
    }

    /** PostgreSQL and Kafka, then the services, then the node. */
    public List<List<Component>> stages() {
        return List.of(List.of(postgres, kafka), List.copyOf(services), List.of(node));
    }

    /**
     * Renews the certificates that are due. Services renew their own; this is for what has no code of ours: PostgreSQL,
     * Kafka, the owner's device.
     */
    public void renewCertificates() {
        if (!FleetCa.open(context.home().folder(), clock).renew().isEmpty()) {
            postgres.renewTls();
            kafka.renewTls();
        }
    }

    /** Builds the AOT caches that are missing, one after the other, for the next start. */
    public void train() throws IOException {
        for (SpringPart service : services) {
            service.train();
        }
        node.train();
    }
}
