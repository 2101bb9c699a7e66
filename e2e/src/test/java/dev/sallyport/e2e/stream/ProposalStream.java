package dev.sallyport.e2e.stream;

import dev.sallyport.e2e.harness.Api.Answer;
import dev.sallyport.e2e.harness.Fleet;
import dev.sallyport.e2e.harness.Owner;
import dev.sallyport.e2e.ledger.LedgerCopy.Leaf;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A steady stream of proposals of several agents in several sessions, of every {@link CallKind}, with a human that
 * answers. Remembers every call that the fleet accepted.
 */
public final class ProposalStream implements AutoCloseable {
    /** Below a run's budget. */
    private static final int CALLS_PER_RUN = 80;

    /**
     * Requests that may wait for their answer at once: agents are many but not endless. While a service is away, or the
     * machine is at its end, nothing more is proposed.
     */
    private static final int PATIENT = 100;

    private static final CallKind[] MIX = Arrays.stream(CallKind.values())
            .flatMap(kind -> IntStream.range(0, kind.weight()).mapToObj(i -> kind))
            .toArray(CallKind[]::new);

    private final String name;
    private final List<Agent> agents;
    private final int sessions;
    private final Random random;
    private final ApprovalBot human;
    private final ScheduledExecutorService pace = Executors.newSingleThreadScheduledExecutor();
    private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
    private final Queue<Accepted> accepted = new ConcurrentLinkedQueue<>();
    private final Queue<String> complaints = new ConcurrentLinkedQueue<>();
    private final AtomicInteger planned = new AtomicInteger();
    private final AtomicInteger underWay = new AtomicInteger();

    /**
     * A call that the fleet has accepted.
     *
     * @param proposalId the server's name for it
     */
    public record Accepted(String proposalId, PlannedCall call) {}

    private ProposalStream(String name, List<Agent> agents, int sessions, long seed, ApprovalBot human) {
        this.name = name;
        this.agents = agents;
        this.sessions = sessions;
        this.random = new Random(seed);
        this.human = human;
    }

    /**
     * Starts.
     *
     * @param name part of the agents' names; unique in a fleet
     * @param agents how many agents
     * @param sessions sessions of each of them
     * @param perSecond proposals of all together, as long as they are answered
     */
    public static ProposalStream start(
            Fleet fleet, String name, int agents, int sessions, double perSecond, long seed) {
        // More than agents usually do, for as long as it lasts.
        var _ = new Owner(fleet).configure(config -> config.put("max_calls_per_hour", 1_000_000));
        List<Agent> all = IntStream.range(0, agents)
                .mapToObj(i -> Agent.register(fleet, name + "-" + i))
                .toList();
        ProposalStream stream = new ProposalStream(name, all, sessions, seed, ApprovalBot.start(fleet));
        long period = (long) (TimeUnit.SECONDS.toNanos(1) / perSecond);
        var _ = stream.pace.scheduleAtFixedRate(stream::next, 0, period, TimeUnit.NANOSECONDS);
        return stream;
    }

    private void next() {
        if (underWay.get() >= PATIENT) {
            return;
        }
        int number = planned.getAndIncrement();
        CallKind kind = MIX[random.nextInt(MIX.length)];
        int wait = random.nextInt(3) == 0 ? 5 : 0;
        long patience = random.nextLong(400);
        Agent agent = agents.get(number % agents.size());
        PlannedCall call = new PlannedCall(
                kind,
                name + "-" + number,
                agent.name(),
                "session-" + number / agents.size() % sessions,
                "run-" + number / CALLS_PER_RUN);
        underWay.incrementAndGet();
        callers.execute(() -> {
            try {
                propose(agent, call, kind.takenBack() ? 0 : wait, patience);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                complaints.add(call + " failed: " + e);
            } finally {
                underWay.decrementAndGet();
            }
        });
    }

    private void propose(Agent agent, PlannedCall call, int wait, long patience) throws InterruptedException {
        Answer answer = agent.propose(call, wait);
        if (answer.status() != 201 && answer.status() != 202) {
            complaints.add(call + " was answered " + answer);
            return;
        }
        String id = answer.at("/proposal_id");
        accepted.add(new Accepted(id, call));
        if (call.kind().takenBack()) {
            Thread.sleep(patience);
            Answer cancelled = agent.cancel(id);
            if (cancelled.status() != 200 && cancelled.status() != 202) {
                complaints.add("cancelling " + call + " was answered " + cancelled);
            }
        }
    }

    /** What has been accepted so far. */
    public List<Accepted> accepted() {
        return List.copyOf(accepted);
    }

    /** How many calls have been proposed, whether anybody has accepted them yet or not. */
    public int planned() {
        return planned.get();
    }

    /** Requests that have not been answered yet. */
    public int underWay() {
        return underWay.get();
    }

    /**
     * Whether the human's answer to that call's question could not count: it was never taken, or it came too late,
     * which the ledger tells. Where blow follows blow, services can be away for longer than a question waits.
     *
     * @param leaves the call's
     */
    public boolean answerOutOfReach(String proposalId, List<Leaf> leaves) {
        return !human.answered().contains(proposalId)
                || !Accounting.audits(leaves, AuditEvent.STATEMENT_WITHOUT_EFFECT)
                        .isEmpty();
    }

    public List<Agent> agents() {
        return agents;
    }

    /** What was answered otherwise than a well-behaved agent may expect. */
    public List<String> complaints() {
        List<String> all = new ArrayList<>(complaints);
        all.addAll(human.complaints());
        return all;
    }

    /** Proposes nothing more and waits until every call is accepted; the human goes on answering until the close. */
    public void end(Duration patience) throws InterruptedException {
        pace.shutdownNow();
        if (!pace.awaitTermination(1, TimeUnit.MINUTES)) {
            throw new IllegalStateException("the pace goes on");
        }
        callers.shutdown();
        if (!callers.awaitTermination(patience.toSeconds(), TimeUnit.SECONDS)) {
            complaints.add(underWay() + " requests were not answered within " + patience + " after the last one");
        }
    }

    /** How many calls of each kind were accepted, for people. */
    public Map<CallKind, Long> mix() {
        return accepted.stream()
                .collect(Collectors.groupingBy(each -> each.call().kind(), Collectors.counting()));
    }

    @Override
    public void close() {
        pace.shutdownNow();
        callers.shutdownNow();
        human.close();
    }
}
