package dev.sallyport.bench;

import dev.sallyport.bench.code.CedarMissPath;
import dev.sallyport.bench.code.CertificateIssue;
import dev.sallyport.bench.code.LedgerAppend;
import dev.sallyport.bench.code.NamedPrincipals;
import dev.sallyport.bench.code.PolicyActivation;
import dev.sallyport.bench.code.ProfileCheck;
import dev.sallyport.bench.code.SecretEnvelopes;
import dev.sallyport.bench.code.SkillMetering;
import dev.sallyport.bench.code.TierCold;
import dev.sallyport.bench.egress.ProxySpeed;
import dev.sallyport.bench.egress.RedactionSpeed;
import dev.sallyport.bench.fleet.Comparison;
import dev.sallyport.bench.fleet.DecideLatency;
import dev.sallyport.bench.fleet.Footprint;
import dev.sallyport.bench.fleet.ProposalToLeaf;
import dev.sallyport.bench.fleet.Sustained;
import dev.sallyport.bench.fleet.WarmFleet;
import dev.sallyport.bench.measure.Benchmark;
import dev.sallyport.bench.measure.Report;
import dev.sallyport.bench.measure.Row;
import dev.sallyport.bench.measure.Run;
import dev.sallyport.bench.node.NodeCalls;
import dev.sallyport.bench.skill.SkillCalls;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The command {@code bench/run}. */
public final class Bench {
    private static final String USAGE = """
            Usage: bench/run fleet [--json FILE] [--only NAME]... [--quick]
                   bench/run policy [--json FILE] [--only NAME]... [--quick]
                   bench/run execution [--json FILE] [--only NAME]... [--quick]
                   bench/run skills [--json FILE] [--quick]
                   bench/run vault [--json FILE] [--only NAME]... [--quick]
                   bench/run egress [--json FILE] [--only NAME]... [--quick]
                   bench/run fleet --against COMMIT [--turns N] [--training KIND] [--json FILE] [--only NAME]... [--quick]
                   bench/run code [JMH-ARGUMENT]...

              fleet             everything; without a fleet policy: what of it decides; vault: secrets and certificates;
                                skills: what skills cost; execution: what starts tools; egress: the way to the network
              --json FILE       write [{name, value, unit, floor, ratio, bar, holds}]
              --only NAME       %s
                                with --against: %s
              --quick           everything cut short: shows that it works, not how fast
              --against COMMIT  builds that commit beside this one and measures both by turns; each figure's floor is
                                what the commit needed
              --turns N         how often each of the two is measured (default 2, about 15 minutes for each)
              --training KIND   what this checkout's AOT caches are made from: start or calls (bin/run --training)

            Each floor is measured in the same run, before and again after what stands on it.
            Exit status: 0 when every bar holds, 3 when one does not, 1 when something failed, 2 for a bad command line.
            """;
    private static final String FLEET = "fleet";
    private static final String POLICY = "policy";
    private static final String VAULT = "vault";
    private static final String SKILLS = "skills";
    private static final String EXECUTION = "execution";
    private static final String EGRESS = "egress";
    private static final int FAILED = 1;
    private static final int BAD_COMMAND = 2;
    private static final int BAR_MISSED = 3;

    private Bench() {}

    /** The benchmarks of what decides. */
    static List<Benchmark> ofPolicies() {
        return List.of(new CedarMissPath(), new PolicyActivation(), new NamedPrincipals(), new ProfileCheck());
    }

    /** The benchmarks of secrets and certificates. */
    static List<Benchmark> ofVault() {
        return List.of(new SecretEnvelopes(), new CertificateIssue());
    }

    /** The benchmarks of skills. */
    static List<Benchmark> ofSkills() {
        return List.of(new SkillMetering(), new SkillCalls());
    }

    /** The benchmarks of what starts tools. */
    static List<Benchmark> ofExecution() {
        return List.of(new TierCold(), new NodeCalls());
    }

    /** The benchmarks of what stands between calls and the network. */
    static List<Benchmark> ofEgress() {
        return List.of(new RedactionSpeed(), new ProxySpeed());
    }

    /** The benchmarks of the code by itself. They run before the fleet starts, which would disturb them. */
    static List<Benchmark> ofCode() {
        return Stream.<List<Benchmark>>of(
                        ofPolicies(), ofSkills(), ofVault(), ofExecution(), ofEgress(), List.of(new LedgerAppend()))
                .flatMap(List::stream)
                .toList();
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
            Set<String> names = names(all);
            Command command;
            try {
                command = Command.parse(
                        arguments,
                        Map.of(
                                FLEET,
                                names,
                                POLICY,
                                names(ofPolicies()),
                                VAULT,
                                names(ofVault()),
                                SKILLS,
                                names(ofSkills()),
                                EXECUTION,
                                names(ofExecution()),
                                EGRESS,
                                names(ofEgress())));
            } catch (IllegalArgumentException e) {
                System.err.println("sallyport: " + e.getMessage());
                System.err.printf(USAGE, String.join(", ", names), String.join(", ", Comparison.names()));
                return BAD_COMMAND;
            }
            Run run = new Run(checkout, command.quick, out);
            Report report = new Report();
            if (command.against != null) {
                report.add(compare(run, command));
            } else {
                for (Benchmark each : all) {
                    if (command.includes(each)) {
                        out.println(each.name());
                        report.add(each.measure(run));
                    }
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

    private static Set<String> names(List<Benchmark> benchmarks) {
        Set<String> names = new LinkedHashSet<>();
        benchmarks.forEach(each -> names.add(each.name()));
        return names;
    }

    private static List<Row> compare(Run run, Command command) throws Exception {
        try (Comparison comparison = new Comparison(
                run,
                Objects.requireNonNull(command.against),
                Set.copyOf(command.only),
                command.turns,
                command.training)) {
            Runtime.getRuntime().addShutdownHook(new Thread(comparison::stop, "stop-both-fleets"));
            return comparison.measure();
        }
    }

    /**
     * A parsed command line.
     *
     * @param names of all that belongs to what is to be measured
     * @param against the built tree of an earlier commit to compare with; null without one
     * @param turns how often each of the two is measured; 1 to 20
     * @param training what this checkout's AOT caches are made from; null for its default
     */
    record Command(
            Set<String> names,
            @Nullable Path json,
            List<String> only,
            boolean quick,
            @Nullable Path against,
            int turns,
            @Nullable String training) {
        /** Whether a benchmark is to be run. */
        boolean includes(Benchmark benchmark) {
            return names.contains(benchmark.name()) && (only.isEmpty() || only.contains(benchmark.name()));
        }

        /**
         * Reads a command line.
         *
         * @param parts the names of the benchmarks for each first word
         */
        static Command parse(List<String> arguments, Map<String, Set<String>> parts) {
            Set<String> names = arguments.isEmpty() ? null : parts.get(arguments.getFirst());
            if (names == null) {
                throw new IllegalArgumentException(
                        "say what to measure: fleet, policy, vault, skills, execution, egress or code");
            }
            Path json = null;
            boolean quick = false;
            Path against = null;
            int turns = 2;
            String training = null;
            List<String> only = new ArrayList<>();
            for (int i = 1; i < arguments.size(); i++) {
                switch (arguments.get(i)) {
                    case "--quick" -> quick = true;
                    case "--json" -> json = Path.of(value(arguments, ++i));
                    case "--only" -> only.add(value(arguments, ++i));
                    case "--against" -> against = Path.of(value(arguments, ++i));
                    case "--training" -> training = value(arguments, ++i);
                    case "--turns" -> turns = turns(value(arguments, ++i));
                    default -> throw new IllegalArgumentException("unknown argument " + arguments.get(i));
                }
            }
            if (against != null && !arguments.getFirst().equals(FLEET)) {
                throw new IllegalArgumentException("only whole fleets are compared: bench/run fleet --against COMMIT");
            }
            Set<String> known = against == null ? names : Set.copyOf(Comparison.names());
            for (String name : only) {
                if (!known.contains(name)) {
                    throw new IllegalArgumentException("there is no benchmark " + name);
                }
            }
            return new Command(names, json, only, quick, against, turns, training);
        }

        private static int turns(String value) {
            if (!value.matches("[1-9]|1[0-9]|20")) {
                throw new IllegalArgumentException("--turns needs a number from 1 to 20");
            }
            return Integer.parseInt(value);
        }

        private static String value(List<String> arguments, int index) {
            if (index >= arguments.size()) {
                throw new IllegalArgumentException(arguments.get(index - 1) + " needs a value");
            }
            return arguments.get(index);
        }
    }
}
