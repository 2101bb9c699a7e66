package dev.sallyport.local.fleet;

import dev.sallyport.identity.IdentityDirectory;
import dev.sallyport.identity.ca.FleetCa;
import dev.sallyport.identity.ca.FleetLayout;
import dev.sallyport.identity.ca.FleetPlan;
import dev.sallyport.local.home.FleetSize;
import dev.sallyport.local.home.HomeException;
import dev.sallyport.local.home.Part;
import dev.sallyport.local.home.Replica;
import dev.sallyport.local.supervise.Component;
import dev.sallyport.local.supervise.Supervisor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The whole fleet: its identities and its processes in the order of their start. */
public final class Fleet {
    private final FleetContext context;
    private final Clock clock;
    private final PostgresPart postgres;
    private final KafkaPart kafka;
    private final List<SpringPart> services;
    private final List<SpringPart> nodes;
    private final Balancers balancers;
    private List<X509Certificate> taken = List.of();

    /** A fleet in that home. */
    public Fleet(FleetContext context, Clock clock) {
        this.context = context;
        this.clock = clock;
        var passwords = new DatabasePasswords(context);
        var configuration = new ServiceConfiguration(context, passwords);
        this.postgres = new PostgresPart(context, passwords);
        this.kafka = new KafkaPart(context);
        this.balancers = new Balancers(context.ports());
        FleetSize size = context.ports().size();
        this.services = size.services().stream()
                .map(service -> new SpringPart(
                        context, service, "services/" + service.part().id(), configuration.of(service), balancers))
                .toList();
        this.nodes = size.allNodes().stream()
                .map(node -> new SpringPart(
                        context, node, "services/executor-service", configuration.ofNode(node), balancers))
                .toList();
    }

    /**
     * Makes the fleet's authorities and identities at the first start, renews what is due, and gives each file to its
     * user.
     */
    public void prepareIdentities() {
        FleetSize size = context.ports().size();
        FleetCa ca = FleetCa.init(context.home().folder(), FleetPlan.oneMachine(size.replicas(), size.nodes()), clock);
        ca.renew();
        for (Replica replica : size.all()) {
            context.users().give(context.home().identity(replica), replica);
        }
        context.users().give(ca.layout().issuing(), Replica.first(Part.VAULT));
        context.users().give(ca.layout().issuingProtector(), Replica.first(Part.VAULT));
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

    /** PostgreSQL and Kafka, the services, the nodes: stopped in reverse order, see {@link Supervisor}. */
    public List<List<Component>> stages() {
        return List.of(List.of(postgres, kafka), List.copyOf(services), List.copyOf(nodes));
    }

    /** Listens where services with several replicas are reached; does nothing where there is one of each. */
    public void openBalancers() {
        balancers.start();
    }

    /** Closes the balancers and the connections that go through them. */
    public void closeBalancers() {
        balancers.close();
    }

    /**
     * Renews the certificates that are due. Services renew their own; this renews those of programs that are not ours:
     * PostgreSQL, Kafka, the owner's device.
     */
    public void renewCertificates() {
        FleetCa.open(context.home().folder(), clock).renew();
        takeCertificates();
    }

    /** Has PostgreSQL and Kafka take what was renewed for them, here or by {@code sallyport ca renew}. */
    public synchronized void takeCertificates() {
        Path identities = new FleetLayout(context.home().folder()).identities();
        List<X509Certificate> now = Stream.of("postgresql", "kafka")
                .map(name -> IdentityDirectory.tlsLeaf(identities.resolve(name)))
                .toList();
        if (!now.equals(taken)) {
            postgres.renewTls();
            kafka.renewTls();
            taken = now;
        }
    }

    /** Builds the AOT caches that are missing, one after the other, for the next start. */
    public void train() throws IOException {
        kafka.train();
        for (SpringPart part : programs()) {
            part.train();
        }
    }

    /** Whether every program's cache knows what calls need. */
    public boolean knowsCalls() {
        return kafka.knowsCalls() && programs().stream().allMatch(SpringPart::knowsCalls);
    }

    /**
     * Takes over the caches that the processes of a fleet wrote that worked on calls.
     *
     * @param folder that fleet's home, with the same names of processes
     */
    public void keepRecorded(Path folder) throws IOException {
        kafka.keepRecorded(folder);
        for (SpringPart part : programs()) {
            part.keepRecorded(folder);
        }
    }

    private List<SpringPart> programs() {
        return Stream.concat(services.stream(), nodes.stream()).toList();
    }
}
