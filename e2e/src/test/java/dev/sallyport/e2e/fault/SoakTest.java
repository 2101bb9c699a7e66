package dev.sallyport.e2e.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.e2e.harness.Fleet;
import dev.sallyport.e2e.harness.FleetOptions;
import dev.sallyport.e2e.harness.FleetPart;
import dev.sallyport.e2e.ledger.CheckpointWatch;
import dev.sallyport.e2e.ledger.LedgerCopy.Leaf;
import dev.sallyport.e2e.stream.Accounting;
import dev.sallyport.e2e.stream.ProposalStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiPredicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The long form: random blows under a stream of proposals, then sustained load, then the account of all of it. Told by
 * system properties how long and how wild, see {@code bin/soak --help}.
 */
@Tag("soak")
class SoakTest {
    private static final int ROUNDS = Integer.getInteger("soak.rounds", 50);
    private static final int MINUTES = Integer.getInteger("soak.minutes", 10);
    private static final int REPLICAS = Integer.getInteger("e2e.replicas", 1);
    private static final int PER_SECOND = Integer.getInteger("soak.rate", 3);
    private static final long SEED = Long.getLong("soak.seed", System.nanoTime() & 0xffffff);
    private static final Duration PATIENCE = Duration.ofMinutes(15);

    private final SoakResult result = new SoakResult(SEED, ROUNDS, MINUTES, REPLICAS);
    private final LogReview logs = new LogReview();
    private final Map<String, Long> pids = new HashMap<>();

    @Test
    void everyAcceptedCallIsAccountedForAfterRandomKillsAndSustainedLoad() throws InterruptedException {
        result.say("seed " + SEED + ", " + ROUNDS + " rounds, " + MINUTES + " minutes of load, " + REPLICAS
                + " of each service, " + PER_SECOND + " proposals a second");
        try (Fleet fleet = FleetOptions.in(Fleet.newHome())
                .property("policy-service", "sallyport.permit.start-within", "2m")
                // A person who cannot be reached for minutes leaves many questions open; each must be accounted for.
                .property("policy-service", "sallyport.questions.most-of-principal", "1000")
                .property("policy-service", "sallyport.questions.most-of-session", "1000")
                .trained()
                .start()) {
            result.say("the fleet is up in " + fleet.home()
                    + "; first its AOT caches are trained, so that what is killed is back soon");
            fleet.awaitTraining();
            try (CheckpointWatch checkpoints = CheckpointWatch.of(fleet)) {
                kills(fleet, checkpoints);
                load(fleet, checkpoints);
            }
            logs.now(fleet.parts());
            result.held();
        } finally {
            result.print(logs);
        }
    }

    private void kills(Fleet fleet, CheckpointWatch checkpoints) throws InterruptedException {
        Random random = new Random(SEED);
        try (ProposalStream stream = ProposalStream.start(fleet, "kills", 4, 4, PER_SECOND, SEED)) {
            ownRestarts(fleet);
            for (int round = 1; round <= ROUNDS; round++) {
                KillRound next = KillRound.random(random, fleet.parts());
                // What has ended by itself is told of below, and comes back.
                fleet.parts().forEach(part -> part.awaitState("ready"));
                logs.now(fleet.parts());
                next.strike();
                for (KillRound.Blow blow : next.blows()) {
                    if (blow.pause().isZero()) {
                        logs.afterEnd(blow.part());
                        pids.put(blow.part().name(), blow.part().pid());
                    }
                    result.struck(blow);
                }
                ownRestarts(fleet);
                result.say("round " + round + " of " + ROUNDS + ": " + next + "; "
                        + stream.accepted().size() + " accepted, " + stream.underWay() + " wait");
            }
            settle(fleet, stream, checkpoints, stream::answerOutOfReach);
        }
    }

    private void load(Fleet fleet, CheckpointWatch checkpoints) throws InterruptedException {
        if (MINUTES == 0) {
            return;
        }
        try (ProposalStream stream = ProposalStream.start(fleet, "load", 4, 4, 2.0 * PER_SECOND, SEED + 1)) {
            for (int minute = 1; minute <= MINUTES; minute++) {
                long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
                Awaitility.await()
                        .atMost(Duration.ofMinutes(2))
                        .pollInterval(Duration.ofSeconds(1))
                        .until(() -> System.nanoTime() > end);
                result.say("minute " + minute + " of " + MINUTES + ": "
                        + stream.accepted().size() + " accepted, " + stream.underWay() + " wait");
            }
            settle(fleet, stream, checkpoints, (id, leaves) -> false);
            ownRestarts(fleet);
        }
    }

    private void settle(
            Fleet fleet, ProposalStream stream, CheckpointWatch checkpoints, BiPredicate<String, List<Leaf>> outOfReach)
            throws InterruptedException {
        stream.end(PATIENCE);
        result.say("settling the account of " + stream.accepted().size() + " calls");
        Accounting account = Accounting.of(fleet, stream.agents(), stream.accepted(), checkpoints, outOfReach);
        result.add(stream.accepted().size(), account, checkpoints.count());
        assertThat(stream.complaints()).isEmpty();
        account.verify();
    }

    /** Counts the processes that are others than before although nobody killed them. */
    private void ownRestarts(Fleet fleet) {
        for (FleetPart part : fleet.parts()) {
            if (!part.state().equals("ready")) {
                // Between two lives; counted when it is back.
                continue;
            }
            Long before = pids.put(part.name(), part.pid());
            if (before != null && before != part.pid()) {
                result.restartedByItself(part);
            }
        }
    }
}
