package dev.sallyport.bench;

import dev.sallyport.bench.code.CedarMissPath;
import dev.sallyport.bench.code.CertificateIssue;
import dev.sallyport.bench.code.LedgerAppend;
import dev.sallyport.bench.code.TierCold;
import dev.sallyport.bench.fleet.DecideLatency;
import dev.sallyport.bench.fleet.Footprint;
import dev.sallyport.bench.fleet.ProposalToLeaf;
import dev.sallyport.bench.fleet.Sustained;
import dev.sallyport.bench.fleet.WarmFleet;
import dev.sallyport.bench.measure.Benchmark;
import dev.sallyport.bench.measure.Report;
import dev.sallyport.bench.measure.Run;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The command {@code bench/run}. */
public final class Bench {
    private static final String USAGE = """
            Usage: bench/run fleet [--json FILE] [--only NAME]... [--quick]
                   bench/run code [JMH-ARGUMENT]...

              --json FILE   write [{name, value, unit, floor, ratio, bar, holds}]
              --only NAME   %s
              --quick       everything cut short: shows that it works, not how fast

            Each floor is measured in the same run, before and again after what stands on it.
            Exit status: 0 when every bar holds, 3 when one does not, 1 when something failed, 2 for a bad command line.
            """;
    private static final int FAILED = 1;
    private static final int BAD_COMMAND = 2;
    private static final int BAR_MISSED = 3;

    private Bench() {}

    /** The benchmarks of the code by itself. They run before the fleet starts, which would disturb them. */
    static List<Benchmark> ofCode() {
        return List.of(new CedarMissPath(), new TierCold(), new CertificateIssue(), new LedgerAppend());
    }

    /** The benchmarks of the running fleet. */
    static List<Benchmark> ofFleet(WarmFleet fleet) {
        return List.of(new DecideLatency(fleet), new ProposalToLeaf(fleet), new Sustained(fleet), new Footprint(fleet));
    }

    /** Measures and exits. */
    public static void main(String... arguments) {
        Path checkout = Path.of(System.getProperty("sallyport.checkout", "")).toAbsolutePath();
        System.exit(run(checkout, System.out, List.of(arguments)));
    }

    private static int run(Path checkout, PrintStream out, List<String> arguments) {
        try (WarmFleet fleet = new WarmFleet()) {
            Runtime.getRuntime().addShutdownHook(new Thread(fleet::stop, "stop-the-fleet"));
            List<Benchmark> all = new ArrayList<>(ofCode());
            all.addAll(ofFleet(fleet));
            Set<String> names = new LinkedHashSet<>();
            all.forEach(each -> names.add(each.name()));
            Command command;
            try {
                command = Command.parse(arguments, names);
            } catch (IllegalArgumentException e) {
                System.err.println("sallyport: " + e.getMessage());
                System.err.printf(USAGE, String.join(", ", names));
                return BAD_COMMAND;
            }
            Run run = new Run(checkout, command.quick, out);
            Report report = new Report();
            for (Benchmark each : all) {
                if (command.only.isEmpty() || command.only.contains(each.name())) {
                    out.println(each.name());
                    report.add(each.measure(run));
                }
            }
            report.print(out);
            if (command.json != null) {
                Files.writeString(command.json, report.json() + "\n");
            }
            return report.allHold() ? 0 : BAR_MISSED;
        } catch (Exception e) {
            e.printStackTrace();
            return FAILED;
        }
    }

    /** A parsed command line. */
    record Command(@Nullable Path json, List<String> only, boolean quick) {
        static Command parse(List<String> arguments, Set<String> names) {
            if (arguments.isEmpty() || !arguments.getFirst().equals("fleet")) {
                throw new IllegalArgumentException("say what to measure: fleet or code");
            }
            Path json = null;
            boolean quick = false;
            List<String> only = new ArrayList<>();
            for (int i = 1; i < arguments.size(); i++) {
                switch (arguments.get(i)) {
                    case "--quick" -> quick = true;
                    case "--json" -> json = Path.of(value(arguments, ++i));
                    case "--only" -> {
                        String name = value(arguments, ++i);
                        if (!names.contains(name)) {
                            throw new IllegalArgumentException("there is no benchmark " + name);
                        }
                        only.add(name);
                    }
                    default -> throw new IllegalArgumentException("unknown argument " + arguments.get(i));
                }
            }
            return new Command(json, only, quick);
        }

        private static String value(List<String> arguments, int index) {
            if (index >= arguments.size()) {
                throw new IllegalArgumentException(arguments.get(index - 1) + " needs a value");
            }
            return arguments.get(index);
        }
    }
}
