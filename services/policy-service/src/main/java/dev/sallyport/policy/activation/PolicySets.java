package dev.sallyport.policy.activation;

import dev.sallyport.policy.access.SecondPerson;
import dev.sallyport.policy.activation.PolicyChange.State;
import dev.sallyport.policy.activation.PolicyRefusedException.Code;
import dev.sallyport.policy.engine.PolicySnapshot;
import dev.sallyport.policy.policyset.InvalidPolicySetException;
import dev.sallyport.policy.policyset.PolicySetCheck;
import dev.sallyport.policy.policyset.PolicySetCheck.Checked;
import dev.sallyport.policy.policyset.SetDifference;
import dev.sallyport.policy.policyset.SetDocument;
import dev.sallyport.policy.policyset.TestReport;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.ids.Ulids;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.statements.Digest;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Policy sets as people handle them: uploaded, activated for the whole fleet, rolled back. Sets are compiled and tested
 * before any transaction; what was in force then is checked again under the lock.
 */
@Component
public class PolicySets {
    private static final Logger log = LoggerFactory.getLogger(PolicySets.class);

    /** How long an upload counts as its author's consent to an activation. */
    private static final Duration CONSENT = Duration.ofHours(24);

    private final PolicySetTable table;
    private final Activations activations;
    private final PolicyChanges changes;
    private final LoadedSets sets;
    private final PolicySetCheck check;
    private final SecondPerson secondPerson;
    private final ActivationRecord record;
    private final Ulids ulids;
    private final Clock clock;
    private final TransactionTemplate transaction;

    PolicySets(
            PolicySetTable table,
            Activations activations,
            PolicyChanges changes,
            LoadedSets sets,
            PolicySetCheck check,
            SecondPerson secondPerson,
            ActivationRecord record,
            Ulids ulids,
            Clock clock,
            TransactionTemplate transaction) {
        this.table = table;
        this.activations = activations;
        this.changes = changes;
        this.sets = sets;
        this.check = check;
        this.secondPerson = secondPerson;
        this.record = record;
        this.ulids = ulids;
        this.clock = clock;
        this.transaction = transaction;
    }

    /**
     * An upload.
     *
     * @param set the stored set
     * @param fresh whether it was not stored before
     * @param checked what was found
     */
    public record Upload(StoredSet set, boolean fresh, Checked checked) {}

    /** What became of an activation. */
    public sealed interface Update {
        /**
         * It is in force.
         *
         * @param activation which
         */
        record InForce(Activation activation) implements Update {}

        /**
         * It waits for a second person.
         *
         * @param change what waits
         */
        record Pending(PolicyChange change) implements Update {}
    }

    /** What may be done now, as it was looked at before the transaction. */
    private record Step(
            Activation from,
            SetName to,
            @Nullable Long beneath,
            boolean rollback,
            List<String> needing,
            @Nullable LoadedSet before,
            LoadedSet after) {}

    /**
     * Stores a set. One with the same files is stored already, and keeps its authors.
     *
     * @param name what its author calls it; may be empty
     * @throws InvalidPolicySetException when it has errors; nothing is stored
     */
    public Upload upload(Principal author, String name, SetDocument document) {
        Checked checked = check.check(document);
        PolicySnapshot snapshot = checked.orRefuse();
        Digest digest = document.digest();
        List<String> authors = Stream.concat(Stream.of(author.name()), author.accountable().stream())
                .distinct()
                .toList();
        boolean fresh = Objects.requireNonNull(transaction.execute(_ -> {
            table.seen(snapshot.version(), digest);
            return table.keep(name, document, authors, author.workspaceId());
        }));
        return new Upload(find(digest), fresh, checked);
    }

    /** A page of the stored sets, the newest first. */
    public Page<SetSummary> list(PageRequest page) {
        return table.list(page);
    }

    /**
     * The stored set that a caller names by its digest or by a version of it.
     *
     * @throws PolicyRefusedException {@code POLICY_SET_NOT_FOUND}; the baseline alone is not stored
     */
    public StoredSet find(String text) {
        Digest digest = sets.resolve(text).digest();
        if (digest == null) {
            throw PolicyRefusedException.noSuchSet();
        }
        return find(digest);
    }

    private StoredSet find(Digest digest) {
        return table.find(digest).orElseThrow(PolicyRefusedException::noSuchSet);
    }

    /** The activation in force. */
    public Activation current() {
        return activations.current();
    }

    /** A page of all activations, the newest first. */
    public Page<Activation> history(PageRequest page) {
        return activations.list(page);
    }

    /** The set that decides now, compiled. */
    public LoadedSet active() {
        return sets.load(name(activations.current().set()));
    }

    /**
     * Makes a set decide, or keeps that for a second person.
     *
     * @param text how the caller names the set
     * @throws PolicyRefusedException when there is no such set, or its tests do not pass
     */
    public Update activate(Principal actor, String text) {
        return activate(actor, text, activations.current());
    }

    /**
     * The same for somebody who has compared the set with the one in force.
     *
     * @param position of the activation that it was compared with
     * @throws PolicyRefusedException also when another set is in force by now
     */
    public Update activateAfter(Principal actor, String text, long position) {
        return activate(actor, text, inForceAt(position));
    }

    private Update activate(Principal actor, String text, Activation current) {
        LoadedSet next = sets.named(text);
        refuseRed(next);
        if (next.name().equals(name(current.set()))) {
            return new Update.InForce(current);
        }
        return put(actor, step(current, next, current.position(), false));
    }

    /**
     * Makes the set decide again that lies beneath the one in force, or keeps that for a second person.
     *
     * @throws PolicyRefusedException when there is none, or it was deleted
     */
    public Update rollBack(Principal actor) {
        return put(actor, stepBack(activations.current()));
    }

    /**
     * The same for somebody who has seen what that changes.
     *
     * @param position of the activation that is taken back
     * @throws PolicyRefusedException also when another set is in force by now
     */
    public Update rollBackFrom(Principal actor, long position) {
        return put(actor, stepBack(inForceAt(position)));
    }

    /**
     * A rollback by the owner's device alone, at once. No policy decides over it, so that no set can lock everybody out.
     *
     * @param device the certificate's SPIFFE id
     * @param workspaceId the workspace that the device's principal is of; null when that is not known
     */
    public Activation rollBackByOwner(String device, @Nullable String workspaceId) {
        Step step = stepBack(activations.current());
        return Objects.requireNonNull(transaction.execute(_ -> inForce(step, workspaceId, device, null, null)));
    }

    /**
     * The set that a rollback would make decide, compiled.
     *
     * @throws PolicyRefusedException when there is none
     */
    public LoadedSet beneath() {
        return stepBack(activations.current()).after();
    }

    /**
     * Puts a change in force that another has proposed.
     *
     * @throws PolicyRefusedException when it is not theirs to confirm, does not wait any more, or another set was
     *     activated
     *     meanwhile
     */
    public Activation confirm(Principal second, String changeId) {
        String workspace = second.workspaceId();
        PolicyChange change = changes.find(workspace, changeId);
        if (second.kind() != Principal.Kind.PERSON || change.proposers().contains(second.name())) {
            throw new PolicyRefusedException(
                    Code.SECOND_PERSON_NEEDED,
                    "This change takes two people: a second person with policy.manage confirms it, never the one who"
                            + " proposed it or answers for who did.");
        }
        if (change.state() == State.PENDING && activations.position() != change.based()) {
            throw changedMeanwhile();
        }
        Activation based = activations.at(change.based());
        Step step;
        if (change.rollback()) {
            Long beneath = Objects.requireNonNull(based.beneath());
            step = step(
                    based,
                    sets.load(name(change.set())),
                    activations.at(beneath).beneath(),
                    true);
        } else {
            LoadedSet next = sets.load(name(change.set()));
            refuseRed(next);
            step = step(based, next, based.position(), false);
        }
        return Objects.requireNonNull(transaction.execute(_ -> {
            changes.decide(workspace, changeId, State.CONFIRMED, second.name());
            return inForce(step, workspace, second.name(), change.proposers().getFirst(), changeId);
        }));
    }

    /**
     * Withdraws or refuses a change that waits.
     *
     * @throws PolicyRefusedException when there is none, or it does not wait any more
     */
    public PolicyChange withdraw(Principal actor, String changeId) {
        return Objects.requireNonNull(transaction.execute(_ -> {
            changes.find(actor.workspaceId(), changeId);
            changes.decide(actor.workspaceId(), changeId, State.WITHDRAWN, actor.name());
            record.withdrawn(actor, changeId);
            return changes.find(actor.workspaceId(), changeId);
        }));
    }

    /**
     * A change of this workspace.
     *
     * @throws PolicyRefusedException when there is none
     */
    public PolicyChange change(String workspaceId, String changeId) {
        return changes.find(workspaceId, changeId);
    }

    /** A page of the changes of a workspace that took two people, the newest first. */
    public Page<PolicyChange> changes(String workspaceId, PageRequest page) {
        return changes.list(workspaceId, page);
    }

    /**
     * Deletes a set.
     *
     * @throws PolicyRefusedException when there is none, it decides now, or a rollback or a waiting change would
     *     need it
     */
    public StoredSet delete(String text) {
        StoredSet set = find(text);
        transaction.executeWithoutResult(_ -> {
            activations.lock();
            if (activations.hasDecided(set.digest())) {
                throw new PolicyRefusedException(
                        Code.POLICY_SET_IN_USE,
                        "The set decides, or has decided: decisions name it, so it is kept. Only a set that never decided can"
                                + " be deleted.");
            }
            if (changes.waitsFor(set.digest())) {
                throw new PolicyRefusedException(
                        Code.POLICY_SET_IN_USE,
                        "A change that waits for a second person needs the set. Withdraw the change, then delete the set.");
            }
            table.delete(set.digest());
        });
        return set;
    }

    private void refuseRed(LoadedSet next) {
        List<TestReport.Outcome> red =
                check.test(next.document(), next.snapshot()).red();
        if (!red.isEmpty()) {
            TestReport.Outcome first = red.getFirst();
            throw new PolicyRefusedException(
                    Code.POLICY_TESTS_FAILED,
                    "Of the set's tests " + red.size() + " do not pass, the first in " + first.file() + ": `"
                            + first.name() + "` expects " + first.expected() + " and gets " + first.decision() + " "
                            + first.code() + ". Correct the policy or the test and upload the set again.");
        }
    }

    private Activation inForceAt(long position) {
        Activation current = activations.current();
        if (current.position() != position) {
            throw changedMeanwhile();
        }
        return current;
    }

    private Step stepBack(Activation current) {
        Long beneath = current.beneath();
        if (beneath == null) {
            throw new PolicyRefusedException(
                    Code.NOTHING_TO_ROLL_BACK, "No set was in force before this one. Activate a set by its digest.");
        }
        Activation target = activations.at(beneath);
        LoadedSet loaded = loadable(name(target.set()));
        // A set that cannot be loaded restores nothing: the one beneath it does, the baseline alone at the last.
        while (loaded == null && target.beneath() != null) {
            target = activations.at(target.beneath());
            loaded = loadable(name(target.set()));
        }
        return step(current, loaded == null ? sets.load(SetName.BASELINE) : loaded, target.beneath(), true);
    }

    /** The set, or null where it cannot be loaded by this version of the service. */
    private @Nullable LoadedSet loadable(SetName name) {
        try {
            return sets.load(name);
        } catch (InvalidPolicySetException | PolicyRefusedException | IllegalStateException e) {
            log.warn("Policy set {} cannot be loaded", name, e);
            return null;
        }
    }

    private Step step(Activation from, LoadedSet after, @Nullable Long beneath, boolean rollback) {
        LoadedSet before = loadable(name(from.set()));
        // What cannot be compared may differ in anything.
        List<String> needing = before == null
                ? List.of("*")
                : SetDifference.between(before.document(), before.snapshot(), after.document(), after.snapshot())
                        .needingSecondPerson();
        return new Step(from, after.name(), beneath, rollback, needing, before, after);
    }

    private Update put(Principal actor, Step step) {
        return Objects.requireNonNull(transaction.execute(_ -> {
            SecondPerson.Rule rule = secondPerson.of(actor, Permission.POLICY_MANAGE);
            if (step.needing().isEmpty() || !rule.needed() || wroteAnother(step, actor)) {
                return new Update.InForce(inForce(step, actor.workspaceId(), actor.name(), null, null));
            }
            lock(step);
            PolicyChange kept = changes.keep(
                    ulids.next(),
                    actor.workspaceId(),
                    step.from().position(),
                    step.to().digest(),
                    step.rollback(),
                    step.needing(),
                    rule.proposers());
            record.proposed(actor, kept, step.to());
            return new Update.Pending(kept);
        }));
    }

    /**
     * Whoever has just uploaded the set is the other of the two, unless that is the same person. A set of long ago, or one
     * that others have replaced since, is nobody's consent today.
     */
    private boolean wroteAnother(Step step, Principal actor) {
        Digest digest = step.to().digest();
        return actor.kind() == Principal.Kind.PERSON
                && digest != null
                && !activations.hasDecided(digest)
                && table.find(digest)
                        .filter(set -> set.uploadedAt().isAfter(clock.instant().minus(CONSENT)))
                        .filter(set ->
                                !set.authors().isEmpty() && !set.authors().contains(actor.name()))
                        .isPresent();
    }

    private Activation inForce(
            Step step,
            @Nullable String workspaceId,
            String actor,
            @Nullable String proposedBy,
            @Nullable String change) {
        lock(step);
        Activation activation = activations.activate(
                step.from().position() + 1, step.to().digest(), step.beneath(), actor, proposedBy, step.rollback());
        record.activated(workspaceId, activation, name(step.from().set()), step.before(), step.after(), change);
        return activation;
    }

    private void lock(Step step) {
        if (activations.lock().position() != step.from().position()) {
            throw changedMeanwhile();
        }
        Digest digest = step.to().digest();
        if (digest != null && !table.holds(digest)) {
            throw PolicyRefusedException.noSuchSet();
        }
    }

    private static PolicyRefusedException changedMeanwhile() {
        return new PolicyRefusedException(
                Code.POLICY_CHANGED_MEANWHILE,
                "Another set was activated meanwhile. Look at `GET /v1/policy-activations`, and try again.");
    }

    private static SetName name(@Nullable Digest set) {
        return set == null ? SetName.BASELINE : new SetName(set);
    }
}
