package dev.sallyport.local;

import dev.sallyport.embedded.BackendException;
import dev.sallyport.embedded.OsUser;
import dev.sallyport.identity.IdentityException;
import dev.sallyport.local.fleet.Fleet;
import dev.sallyport.local.fleet.FleetContext;
import dev.sallyport.local.fleet.Programs;
import dev.sallyport.local.fleet.Recording;
import dev.sallyport.local.fleet.SupervisorCache;
import dev.sallyport.local.fleet.Training;
import dev.sallyport.local.home.FleetHome;
import dev.sallyport.local.home.FleetPorts;
import dev.sallyport.local.home.HomeException;
import dev.sallyport.local.home.PartUsers;
import dev.sallyport.local.home.StatusFile;
import dev.sallyport.local.show.Demonstration;
import dev.sallyport.local.show.Exercise;
import dev.sallyport.local.show.MainJob;
import dev.sallyport.local.show.ShowFailedException;
import dev.sallyport.local.show.Welcome;
import dev.sallyport.local.supervise.Progress;
import dev.sallyport.local.supervise.ReadinessTable;
import dev.sallyport.local.supervise.StartFailedException;
import dev.sallyport.local.supervise.Supervisor;
import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;

/** The fleet on one machine: {@code bin/run}. */
public final class Local {
    private static final int FAILED = 1;
    private static final int USAGE = 2;

    private static final Duration EXERCISE = Duration.ofMinutes(3);

    // Certificates live 24 hours and are renewed from the twelfth on.
    private static final Duration RENEWAL_PERIOD = Duration.ofMinutes(30);
    private static final Duration TAKING_PERIOD = Duration.ofSeconds(5);

    private final Options options;
    private final Clock clock;
    private final PrintStream out;

    private Local(Options options, Clock clock, PrintStream out) {
        this.options = options;
        this.clock = clock;
        this.out = out;
    }

    /** Runs until it is told to stop; exits with 0, with 1 after a failure, with 2 for a bad command line. */
    public static void main(String... arguments) {
        PrintStream out = System.out;
        try {
            Options options = Options.parse(
                    arguments,
                    System.getenv("SALLYPORT_HOME"),
                    Path.of(System.getProperty("user.home")),
                    OsUser.current().isRoot());
            if (options.help()) {
                out.print(Options.usage());
                return;
            }
            System.exit(new Local(options, Clock.systemUTC(), out).run());
        } catch (Options.UsageException e) {
            System.err.println("sallyport: " + e.getMessage());
            System.err.print(Options.usage());
            System.exit(USAGE);
        } catch (HomeException | StartFailedException | ShowFailedException | BackendException | IdentityException e) {
            System.err.println("sallyport: " + e.getMessage());
            System.exit(FAILED);
        }
    }

    private int run() {
        long begin = System.nanoTime();
        // Held until the JVM ends: then the kernel releases the lock.
        FleetHome home = FleetHome.open(options.home());
        if (options.reset()) {
            home.reset();
        }
        // Identities are the first that a start makes: without them there has been none.
        boolean first = !Files.exists(home.identities());
        out.println("Sallyport: starting the fleet in " + home.folder() + ", about "
                + (first ? "100 seconds the first time" : "a minute"));
        Path recorded = options.record();
        Path java = Path.of(System.getProperty("java.home"));
        Programs programs = recorded == null
                ? new Programs(options.checkout(), home.programs(), java)
                : Programs.ofRunningFleet(options.checkout(), recorded, java);
        // Held like the home's lock.
        FleetPorts ports = FleetPorts.of(home, options.replicas(), options.nodes());
        var context = new FleetContext(home, PartUsers.ofThisMachine(ports.size()), ports, programs, recorded != null);
        var fleet = new Fleet(context, clock);
        fleet.prepareIdentities();
        programs.unpack(Fleet.modules());

        try (var table = new ReadinessTable(out, onTerminal(), System::nanoTime)) {
            var supervisor = new Supervisor(
                    fleet.stages(),
                    Progress.of(List.of(table, new StatusFile(home))),
                    clock,
                    process -> Files.exists(home.hold(process)));
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(supervisor, fleet), "stop-the-fleet"));
            fleet.openBalancers();
            supervisor.start();
            table.settled();
            out.printf(Locale.ROOT, "The fleet is up after %.1f s%n%n", (System.nanoTime() - begin) / 1e9);
            return use(context, fleet);
        }
    }

    private int use(FleetContext context, Fleet fleet) {
        Welcome.Keys keys = new Welcome(context, clock).prepare();
        MainJob.Calls calls = new MainJob(context, out).show(keys.agentToken());
        if (context.recording()) {
            return exercise(context, keys.agentToken());
        }
        if (options.demo()) {
            new Demonstration(context, clock, out).finish(calls, keys.agentToken());
            return 0;
        }
        printHowToGoOn(keys, calls);
        var recording = new Recording(context, fleet);
        Runtime.getRuntime().addShutdownHook(new Thread(recording::stop, "stop-recording"));
        Thread.ofPlatform().daemon().name("train").start(() -> train(fleet, new SupervisorCache(context), recording));
        try (var _ = CertificateRenewal.every(RENEWAL_PERIOD, fleet::renewCertificates);
                var _ = CertificateRenewal.every(TAKING_PERIOD, fleet::takeCertificates)) {
            // A signal ends the JVM.
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return FAILED;
    }

    private void printHowToGoOn(Welcome.Keys keys, MainJob.Calls calls) {
        out.printf(
                Locale.ROOT,
                """

                Answer the waiting call in the console (the link works once, for 15 minutes):
                  %s
                or with: bin/sallyport approvals approve %s

                A first call as the agent, in a subshell that keeps its token from your own commands:
                  ( . %s
                    curl -s $SALLYPORT_URL/v1/proposals -H "Authorization: Bearer $SALLYPORT_TOKEN" \\
                      -H 'Content-Type: application/json' -H 'Prefer: wait=30' \\
                      -d '{"tool":"process.run","arguments":{"executable":"uname","args":["-a"]}}' )

                The evidence of the first call, to verify anywhere:
                  bin/sallyport ledger export %s
                More: README.md. The link and the token are kept in %s
                Ctrl-C stops everything.
                """,
                keys.signInLink(),
                calls.approvalId(),
                keys.agentEnvironment(),
                calls.allowed(),
                keys.secretsFile());
    }

    private int exercise(FleetContext context, String agentToken) {
        try {
            out.println(new Exercise(context, clock, agentToken).run(EXERCISE) + " calls");
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return FAILED;
        }
    }

    private void train(Fleet fleet, SupervisorCache supervisor, Recording recording) {
        try {
            recording.removeRemains();
            if (options.training() != Training.NONE) {
                fleet.train();
                supervisor.train(options.checkout());
            }
            if (options.training() == Training.CALLS) {
                recording.record(options.checkout());
            }
        } catch (IOException e) {
            // Without the cache the next start is only slower.
            System.err.println("sallyport: no AOT cache: " + e.getMessage());
        }
    }

    @SuppressWarnings("SystemConsoleNull") // JDK 25 answers null again where there is no terminal.
    private static boolean onTerminal() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }

    private void stop(Supervisor supervisor, Fleet fleet) {
        out.println("Stopping");
        supervisor.stop();
        fleet.closeBalancers();
        out.println("Stopped");
    }
}
