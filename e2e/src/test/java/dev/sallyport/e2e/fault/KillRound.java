package dev.sallyport.e2e.fault;

import dev.sallyport.e2e.harness.FleetPart;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A blow to a running fleet: one process or two at once, each killed or made to stand still.
 *
 * @param before how long after the round before
 * @param blows what happens to whom
 */
record KillRound(Duration before, List<Blow> blows) {
    private static final int LONGEST_BEFORE_MS = 5_000;

    /** Past a lease (30 s) at most. */
    private static final int LONGEST_PAUSE_MS = 40_000;

    /**
     * What happens to a process.
     *
     * @param pause how long it stands still; zero when it is killed
     */
    record Blow(FleetPart part, Duration pause) {
        @Override
        public String toString() {
            return pause.isZero() ? "kill -9 " + part : part + " stands still for " + pause.toMillis() + " ms";
        }
    }

    /** A random one: two processes in one round of five, standing still in one blow of four. */
    static KillRound random(Random random, List<FleetPart> parts) {
        List<FleetPart> shuffled = new ArrayList<>(parts);
        Collections.shuffle(shuffled, random);
        List<Blow> blows = new ArrayList<>();
        for (FleetPart part : shuffled.subList(0, random.nextInt(5) == 0 ? 2 : 1)) {
            boolean still = random.nextInt(4) == 0;
            blows.add(new Blow(part, Duration.ofMillis(still ? 1 + random.nextInt(LONGEST_PAUSE_MS) : 0)));
        }
        return new KillRound(Duration.ofMillis(random.nextInt(LONGEST_BEFORE_MS)), blows);
    }

    /** Strikes after its time and returns when all of the fleet is ready again. */
    void strike() throws InterruptedException {
        passes(before);
        List<Long> pids = blows.stream().map(blow -> blow.part().pid()).toList();
        for (Blow blow : blows) {
            if (blow.pause().isZero()) {
                blow.part().kill();
            } else {
                blow.part().pause();
            }
        }
        for (Blow blow : blows.stream()
                .filter(each -> !each.pause().isZero())
                .sorted(Comparator.comparing(Blow::pause))
                .toList()) {
            passes(blow.pause());
            blow.part().resume();
        }
        for (int i = 0; i < blows.size(); i++) {
            if (blows.get(i).pause().isZero()) {
                blows.get(i).part().awaitReadyAfter(pids.get(i));
            }
        }
    }

    /** Time that is part of the round, not of waiting for anything. */
    private static void passes(Duration time) throws InterruptedException {
        boolean _ = new CountDownLatch(1).await(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public String toString() {
        return blows.stream().map(Blow::toString).collect(Collectors.joining(" and "));
    }
}
