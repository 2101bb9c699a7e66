package dev.sallyport.e2e.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.e2e.harness.Fleet;
import dev.sallyport.e2e.ledger.CheckpointWatch;
import dev.sallyport.e2e.ledger.LedgerCopy;
import dev.sallyport.e2e.ledger.LedgerCopy.Leaf;
import dev.sallyport.e2e.stream.ProposalStream.Accepted;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.ExecutionPermit;
import dev.sallyport.statements.predicate.Link;
import dev.sallyport.statements.predicate.ToolExecuted;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The final account of a fleet: each accepted call against policy-service's state, the leaves of the ledger and what
 * the tool left behind.
 */
public final class Accounting {
    private static final int PAGE = 200;

    private final BiPredicate<String, List<Leaf>> outOfReach;
    private final List<Wrong> wrong = new ArrayList<>();
    private final Map<String, Integer> outcomes = new TreeMap<>();

    /** In which way an account can be wrong. */
    public enum Fault {
        /** Something happened more than once. */
        DOUBLE,
        /** Something accepted has no end or no proof of it. */
        LOSS,
        /** Two records, or a record and what is there, do not agree. */
        CONTRADICTION
    }

    /** One thing that does not hold. */
    record Wrong(Fault fault, String what) {
        @Override
        public String toString() {
            return fault + ": " + what;
        }
    }

    private Accounting(BiPredicate<String, List<Leaf>> outOfReach) {
        this.outOfReach = outOfReach;
    }

    /** How a call ended, as policy-service answers. */
    private record End(String phase, String outcome, String code) {}

    /**
     * Waits until nothing is under way any more, then makes up the account of all calls of these agents.
     *
     * @param agents whose calls are accounted for; all of their calls must be among the accepted ones
     * @param accepted what they were told to have been accepted
     * @param outOfReach whether the human's answer to that proposal's question could not count, so that it may have
     *     timed out, by the proposal's leaves
     */
    public static Accounting of(
            Fleet fleet,
            Collection<Agent> agents,
            Collection<Accepted> accepted,
            CheckpointWatch checkpoints,
            BiPredicate<String, List<Leaf>> outOfReach) {
        Accounting account = new Accounting(outOfReach);
        try {
            Settling.await(fleet);
        } catch (ConditionTimeoutException e) {
            account.wrong(Fault.LOSS, String.valueOf(e.getMessage()));
        }
        LedgerCopy ledger = LedgerCopy.read(fleet);
        Map<String, List<Leaf>> leaves = ledger.calls();
        Traces traces = Traces.of(fleet);
        Map<String, End> ends = new LinkedHashMap<>();
        agents.forEach(agent -> account.collect(agent, ends));
        account.onlyWhatWasAccepted(ends.keySet(), accepted);
        for (Accepted call : accepted) {
            account.call(call, ends.get(call.proposalId()), leaves.getOrDefault(call.proposalId(), List.of()), traces);
        }
        leaves.forEach(account::everyPermitEnds);
        checkpoints.contradictions(ledger).forEach(each -> account.wrong(Fault.CONTRADICTION, each));
        return account;
    }

    /**
     * As {@link #of} where every question could be answered; fails when anything is wrong, naming all of it, else
     * answers {@link #outcomes()}.
     */
    public static Map<String, Integer> settle(
            Fleet fleet, Collection<Agent> agents, Collection<Accepted> accepted, CheckpointWatch checkpoints) {
        Accounting account = of(fleet, agents, accepted, checkpoints, (id, leaves) -> false);
        account.verify();
        return account.outcomes();
    }

    /** Fails when anything is wrong, naming all of it. */
    public void verify() {
        assertThat(wrong).as("what does not hold").isEmpty();
    }

    /** How many calls ended how, by kind, outcome and code. */
    public Map<String, Integer> outcomes() {
        return outcomes;
    }

    /** How much is wrong in that way. */
    public long count(Fault fault) {
        return wrong.stream().filter(each -> each.fault() == fault).count();
    }

    private void wrong(Fault fault, String what) {
        wrong.add(new Wrong(fault, what));
    }

    private void collect(Agent agent, Map<String, End> ends) {
        String after = "";
        while (after != null) {
            JsonNode page = agent.api()
                    .get("/v1/proposals?limit=" + PAGE + (after.isEmpty() ? "" : "&after=" + after))
                    .json();
            for (JsonNode call : page.at("/items")) {
                ends.put(
                        call.at("/proposal_id").asString(""),
                        new End(
                                call.at("/state/phase").asString(""),
                                call.at("/state/outcome").asString(""),
                                call.at("/state/code").asString("")));
            }
            after = page.at("/next").isString() ? page.at("/next").stringValue() : null;
        }
    }

    /** A key stands for one proposal: whatever was retried, nothing exists that its agent does not know of. */
    private void onlyWhatWasAccepted(Set<String> existing, Collection<Accepted> accepted) {
        Set<String> known = new HashSet<>();
        for (Accepted call : accepted) {
            if (!known.add(call.proposalId())) {
                wrong(Fault.DOUBLE, call.proposalId() + " was answered to two calls");
            }
        }
        existing.stream()
                .filter(id -> !known.contains(id))
                .forEach(id -> wrong(Fault.DOUBLE, id + " exists although no agent was told of it"));
    }

    private void call(Accepted accepted, @Nullable End end, List<Leaf> leaves, Traces traces) {
        PlannedCall call = accepted.call();
        String name = accepted.proposalId() + " (" + call.kind() + " " + call.key() + ")";
        if (end == null || !end.phase().equals("done")) {
            wrong(Fault.LOSS, name + " was accepted and policy-service says " + end);
            return;
        }
        outcomes.merge(call.kind() + " " + end.outcome() + " " + end.code(), 1, Integer::sum);
        boolean timedOut = end.code().equals("APPROVAL_TIMED_OUT") && outOfReach.test(accepted.proposalId(), leaves);
        if (!call.kind().mayEnd(end.outcome()) && !(call.kind() == CallKind.TRACE && timedOut)) {
            wrong(Fault.CONTRADICTION, name + " cannot end as " + end + "; the ledger tells: " + story(leaves));
        }
        List<Audit> ended = audits(leaves, AuditEvent.CALL_ENDED);
        if (ended.size() != 1) {
            wrong(ended.isEmpty() ? Fault.LOSS : Fault.DOUBLE, name + " has " + ended.size() + " call-ended leaves");
        } else {
            Audit.Ended said = Objects.requireNonNull(ended.getFirst().ended());
            if (!wire(said.outcome()).equals(end.outcome()) || !said.code().equals(end.code())) {
                wrong(Fault.CONTRADICTION, name + " ended as " + end + ", the ledger says " + said);
            }
        }
        int started = audits(leaves, AuditEvent.EXECUTION_STARTED).size();
        Set<Digest> late = audits(leaves, AuditEvent.LATE_RESULT).stream()
                .flatMap(audit -> audit.links().stream())
                .map(Link::digest)
                .collect(Collectors.toSet());
        List<ToolExecuted> executed = leaves.stream()
                .filter(leaf -> leaf.statement().predicate() instanceof ToolExecuted
                        && !late.contains(Digest.of(leaf.envelope().payload())))
                .map(leaf -> (ToolExecuted) leaf.statement().predicate())
                .toList();
        execution(name, end, started, executed);
        trace(name, end, started, traces.lines(call.file()));
    }

    /** Started at most once; what was started ends with what was executed, and nothing else does. */
    private void execution(String name, End end, int started, List<ToolExecuted> executed) {
        if (started > 1) {
            wrong(Fault.DOUBLE, name + " has " + started + " execution-started leaves");
        }
        if (executed.size() != started) {
            wrong(
                    Fault.CONTRADICTION,
                    name + " was started " + started + " times and executed " + executed.size() + " times");
        }
        if (executed.size() == 1
                && (!wire(executed.getFirst().outcome()).equals(end.outcome())
                        || !executed.getFirst().code().equals(end.code()))) {
            wrong(
                    Fault.CONTRADICTION,
                    name + " ended as " + end + ", but was executed as "
                            + executed.getFirst().outcome() + " "
                            + executed.getFirst().code());
        }
    }

    private void trace(String name, End end, int started, int lines) {
        if (lines > 1) {
            wrong(Fault.DOUBLE, name + " ran " + lines + " times");
        }
        if (lines > 0 && started == 0) {
            wrong(Fault.LOSS, name + " ran and the ledger does not know of its start");
        }
        if (lines == 0 && end.outcome().equals("succeeded") && name.contains("(TRACE ")) {
            wrong(Fault.LOSS, name + " succeeded without a trace");
        }
    }

    private void everyPermitEnds(String proposal, List<Leaf> leaves) {
        boolean permitted = leaves.stream().anyMatch(leaf -> leaf.statement().predicate() instanceof ExecutionPermit);
        if (permitted && audits(leaves, AuditEvent.CALL_ENDED).size() != 1) {
            wrong(
                    Fault.CONTRADICTION,
                    proposal + " was permitted and has "
                            + audits(leaves, AuditEvent.CALL_ENDED).size() + " ends");
        }
    }

    /** What happened to a call and when, for people. */
    private static String story(List<Leaf> leaves) {
        return leaves.stream()
                .map(leaf -> leaf.statement().predicate())
                .sorted(Comparator.comparing(predicate -> predicate.issued().at()))
                .map(predicate -> predicate.issued().at() + " "
                        + (predicate instanceof Audit audit
                                ? audit.event() + " " + audit.attributes()
                                : predicate.getClass().getSimpleName()))
                .collect(Collectors.joining(", "));
    }

    public static List<Audit> audits(List<Leaf> leaves, AuditEvent event) {
        return leaves.stream()
                .filter(leaf -> leaf.statement().predicate() instanceof Audit audit && audit.event() == event)
                .map(leaf -> (Audit) leaf.statement().predicate())
                .toList();
    }

    private static String wire(Enum<?> outcome) {
        return outcome.name().toLowerCase(Locale.ROOT);
    }
}
