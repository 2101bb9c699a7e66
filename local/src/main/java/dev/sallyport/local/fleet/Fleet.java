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

    private final FleetContext context;
    private final Clock clock;
    private final List<SpringPart> programs = new ArrayList<>();

    /** A fleet in that home. */
    public Fleet(FleetContext context, Clock clock) {
        this.context = context;
        this.clock = clock;
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
        var passwords = new DatabasePasswords(context);
        var configuration = new ServiceConfiguration(context, passwords);
        programs.clear();
        for (Part service : Part.services()) {
            programs.add(new SpringPart(
                    context,
                    service,
                    "services/" + service.id(),
                    configuration.of(service),
                    URI.create(context.ports().publicUrl(service) + "/actuator/health/readiness")));
        }
        List<Component> services = List.copyOf(programs);
        var node = new SpringPart(
                context,
                Part.NODE,
                "services/executor-service",
                configuration.ofNode(),
                URI.create("http://localhost:" + context.ports().nodeHealth() + "/actuator/health/readiness"));
        programs.add(node);
        return List.of(List.of(new PostgresPart(context, passwords), new KafkaPart(context)), services, List.of(node));
    }

    /** Builds the AOT caches that are missing, one after the other, for the next start. */
    public void train() throws IOException {
        for (SpringPart program : programs) {
            if (program.hasStarted()) {
                program.train();
            }
        }
    }
}
