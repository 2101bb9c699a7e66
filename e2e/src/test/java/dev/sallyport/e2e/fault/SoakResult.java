package dev.sallyport.e2e.fault;

import dev.sallyport.e2e.harness.Api;
import dev.sallyport.e2e.harness.FleetPart;
import dev.sallyport.e2e.stream.Accounting;
import dev.sallyport.e2e.stream.Accounting.Fault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What is told of a soak: progress, and at the end a few lines of figures, also as JSON. */
final class SoakResult {
    private final long began = System.nanoTime();
    private final ObjectNode json = Api.JSON.createObjectNode();
    private final Map<String, Integer> outcomes = new TreeMap<>();
    private boolean held;
    private int accepted;
    private int kills;
    private int pauses;
    private int ownRestarts;
    private int checkpoints;
    private final Map<Fault, Long> faults = new TreeMap<>();

    SoakResult(long seed, int rounds, int minutes, int replicas) {
        json.put("seed", seed)
                .put("rounds", rounds)
                .put("minutes_of_load", minutes)
                .put("replicas", replicas);
    }

    /** A line of progress. */
    void say(String line) {
        System.out.printf("%6d s  %s%n", (System.nanoTime() - began) / 1_000_000_000, line);
    }

    void struck(KillRound.Blow blow) {
        if (blow.pause().isZero()) {
            kills++;
        } else {
            pauses++;
        }
    }

    void restartedByItself(FleetPart part) {
        ownRestarts++;
        say(part + " has been started again although nobody killed it");
    }

    /**
     * Adds an account.
     *
     * @param calls how many calls it is of
     * @param verified how many different checkpoints have been verified so far
     */
    void add(int calls, Accounting account, int verified) {
        accepted += calls;
        checkpoints = verified;
        account.outcomes().forEach((end, count) -> outcomes.merge(end, count, Integer::sum));
        for (Fault fault : Fault.values()) {
            faults.merge(fault, account.count(fault), Long::sum);
        }
    }

    /** All of it held. */
    void held() {
        held = true;
    }

    /** Prints the figures and writes them to the file of the system property {@code soak.json} if it is set. */
    void print(LogReview logs) {
        json.put("held", held)
                .put("accepted", accepted)
                .put("doubles", faults.getOrDefault(Fault.DOUBLE, 0L))
                .put("losses", faults.getOrDefault(Fault.LOSS, 0L))
                .put("contradictions", faults.getOrDefault(Fault.CONTRADICTION, 0L))
                .put("checkpoints_verified", checkpoints)
                .put("processes_killed", kills)
                .put("processes_stopped_for_a_while", pauses)
                .put("restarts_of_their_own", ownRestarts)
                .put("seconds", (System.nanoTime() - began) / 1_000_000_000);
        outcomes.forEach(json.putObject("outcomes")::put);
        logs.counts().forEach(json.putObject("warnings_and_errors")::put);
        System.out.println();
        json.properties().forEach(entry -> print(entry.getKey(), entry.getValue()));
        String file = System.getProperty("soak.json", "");
        if (!file.isEmpty()) {
            try {
                Files.writeString(Path.of(file), json.toString());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static void print(String name, JsonNode value) {
        if (!value.isObject()) {
            System.out.printf("%-30s %s%n", name, value.asString());
            return;
        }
        System.out.println(name);
        value.properties().forEach(line -> System.out.printf("  %7s  %s%n", line.getValue(), line.getKey()));
    }
}
