package dev.sallyport.approval.grant;

import dev.sallyport.servicekit.ids.Ulids;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.servicekit.problem.ProblemException;
import dev.sallyport.statements.StatementJson;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.predicate.ApprovalRequested;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.predicate.ApprovalResolved.Answer;
import dev.sallyport.statements.predicate.ApprovalResolved.Reuse;
import dev.sallyport.statements.predicate.ToolProposed;
import dev.sallyport.statements.prompt.Prompt;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.verify.AnswerByGrant;
import dev.sallyport.statements.verify.Revocations;
import dev.sallyport.statements.verify.StatementVerifier;
import dev.sallyport.statements.verify.VerifiedRecord;
import dev.sallyport.statements.verify.VerifiedStatement;
import dev.sallyport.statements.vocabulary.ApprovalScope;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Gives, finds, uses and revokes grants. A row authorises nothing: each use is stated with the signed answer of the person
 * who gave the grant as its evidence, and whoever verifies the statement compares the two calls and questions again.
 */
@Service
public class Grants {
    /** Greater than every ULID, so that a page older than it begins with the newest grant. */
    private static final String NEWEST = "ZZZZZZZZZZZZZZZZZZZZZZZZZZ";

    private final GrantTable table;
    private final Comparison comparison;
    private final Givers givers;
    private final GrantAudit audit;
    private final Withdrawals withdrawals;
    private final StatementVerifier verifier;
    private final GrantProperties properties;
    private final Ulids ulids;
    private final Clock clock;
    private final TransactionTemplate transaction;

    Grants(
            GrantTable table,
            Comparison comparison,
            Givers givers,
            GrantAudit audit,
            Withdrawals withdrawals,
            StatementVerifier verifier,
            GrantProperties properties,
            Ulids ulids,
            Clock clock,
            TransactionTemplate transaction) {
        this.table = table;
        this.comparison = comparison;
        this.givers = givers;
        this.audit = audit;
        this.withdrawals = withdrawals;
        this.verifier = verifier;
        this.properties = properties;
        this.ulids = ulids;
        this.clock = clock;
        this.transaction = transaction;
    }

    /**
     * What an answer of this scope decides about further calls; null for an answer to one call.
     *
     * @param lasts how long; null for the usual time
     * @param uses how many calls; null for the usual number
     * @param pattern which arguments may differ
     * @throws IllegalArgumentException for a life or a number that is not allowed here, as the rest of a sentence
     */
    public @Nullable GrantTerms terms(
            ApprovalScope scope, @Nullable Duration lasts, @Nullable Integer uses, ArgumentPattern pattern) {
        if (scope == ApprovalScope.ONCE) {
            if (lasts != null || uses != null || !pattern.exact()) {
                throw new IllegalArgumentException("says something about further calls, and `scope` is only this one");
            }
            return null;
        }
        Duration longest = scope == ApprovalScope.SESSION ? properties.longestSession() : properties.longest();
        Duration life = lasts == null ? properties.lifetime() : lasts;
        if (life.compareTo(Duration.ofSeconds(1)) < 0 || life.compareTo(longest) > 0) {
            throw new IllegalArgumentException("lasts 1 to " + longest.toSeconds() + " seconds with this scope");
        }
        int most = uses == null ? properties.uses() : uses;
        if (most < 1 || most > properties.mostUses()) {
            throw new IllegalArgumentException("answers 1 to " + properties.mostUses() + " further calls");
        }
        return new GrantTerms(life, most, pattern);
    }

    /** A fresh id for a grant that is about to be given. */
    public String nextId() {
        return ulids.next();
    }

    /**
     * Keeps a grant that has just been stated.
     *
     * @param shown what its giver was shown
     * @param given the signed answer that gives it, with certificates and evidence
     * @throws IllegalArgumentException for a pattern that is not about what was shown
     */
    public void keep(Grant grant, Prompt shown, StatementRecord given) {
        byte[] mac = comparison
                .mac(grant.workspaceId(), grant.pattern(), shown)
                .orElseThrow(() -> new IllegalArgumentException("the pattern is not about what was shown"));
        table.insert(grant, mac, given);
    }

    /**
     * The grant that answers this question now, if there is one: the id to take it by. Asks policy-service about people, and
     * holds nothing meanwhile.
     *
     * @param question what is asked
     * @param call what it is asked about
     * @param prompt what people would be shown
     */
    public Optional<String> answering(ApprovalRequested question, ToolProposed call, Prompt prompt) {
        String workspaceId = call.proposal().workspaceId();
        for (GrantTable.Live live : table.live(
                workspaceId,
                call.proposal().principal(),
                call.proposal().tool(),
                call.proposal().session())) {
            boolean alike = comparison
                    .mac(workspaceId, live.grant().pattern(), prompt)
                    .filter(mac -> MessageDigest.isEqual(mac, live.mac()))
                    .isPresent();
            if (alike && reaches(live, question, call)) {
                return Optional.of(live.grant().id());
            }
        }
        return Optional.empty();
    }

    /** Whether a use of the grant would be believed by whoever verifies it. */
    private boolean reaches(GrantTable.Live live, ApprovalRequested question, ToolProposed call) {
        Grant grant = live.grant();
        try {
            VerifiedRecord given = verifier.verify(live.given());
            ApprovalResolved answer = given.predicate(ApprovalResolved.class);
            ApprovalRequested givenFor = given.linked(ApprovalRequested.class).orElseThrow();
            ToolProposed shown = given.evidence(ToolProposed.class).stream()
                    .map(VerifiedStatement::statement)
                    .map(statement -> (ToolProposed) statement.predicate())
                    .findFirst()
                    .orElseThrow();
            ApprovalResolved use = new ApprovalResolved(
                    answer.issued(),
                    List.of(),
                    question.approvalId(),
                    grant.answer(),
                    "",
                    List.of(),
                    grant.scope(),
                    StatementJson.toMillis(clock.instant()),
                    null,
                    new Reuse(grant.id(), grant.used() + 1));
            return new AnswerByGrant(use, question, call, answer, givenFor, shown)
                            .contradiction()
                            .isEmpty()
                    && (grant.answer() == Answer.DENIED
                            || givers.mayAnswer(
                                    grant.workspaceId(),
                                    question,
                                    givenFor.issued().at(),
                                    answer.answers()));
        } catch (StatementRefusedException | Revocations.LedgerUnavailableException _) {
            // Nobody would believe a use: the key of its evidence was revoked. People are asked instead.
            return false;
        }
    }

    /** Takes a grant for one use, in the caller's transaction; empty if it was revoked, has ended or is used up by now. */
    public Optional<GrantUse> take(String workspaceId, String grantId) {
        return table.hold(workspaceId, grantId);
    }

    /** Keeps a use that has just been stated, in the transaction that took it. */
    public void used(GrantUse use, String approvalId, StatementRecord stated) {
        table.use(use, approvalId, stated);
    }

    /**
     * Revokes a grant: it answers no further call, and the calls that it has answered and that have not ended are to be
     * stopped.
     *
     * @param by who revokes it
     * @throws ProblemException 404 if the workspace has no such grant; 409 if it was revoked before
     */
    public Grant revoke(String workspaceId, String id, String by) {
        Grant revoked = transaction
                .execute(_ -> {
                    Optional<Grant> found = table.revoke(workspaceId, id, by);
                    found.ifPresent(this::revoked);
                    return found;
                })
                .orElseGet(() -> {
                    find(workspaceId, id);
                    throw ProblemException.conflict("GRANT_REVOKED", "This grant was revoked before. Nothing changed.");
                });
        withdrawals.takeBack();
        return revoked;
    }

    /**
     * Revokes what answers now of what somebody has given, and what answers somebody's calls, since they are no member any
     * more: it must not answer again when they are let in anew. In the caller's transaction.
     *
     * @param who the person or agent
     * @param by who has removed them
     */
    @Transactional
    public void revokeAllOf(String workspaceId, String who, String by) {
        table.revokeAll(workspaceId, who, by).forEach(this::revoked);
    }

    private void revoked(Grant grant) {
        // What a denial has ended needs no stop.
        audit.revoked(grant, grant.answer() == Answer.APPROVED ? table.withdraw(grant.workspaceId(), grant.id()) : 0);
    }

    /**
     * A grant.
     *
     * @throws ProblemException 404 if the workspace has no such grant
     */
    public Grant find(String workspaceId, String id) {
        return table.find(workspaceId, id)
                .orElseThrow(() -> ProblemException.notFound(
                        "No grant of this workspace has this id. `sallyport approvals grants` lists them."));
    }

    /**
     * One page of a workspace's grants, the newest first.
     *
     * @param principal only those that answer this principal's calls; empty for all
     * @param live only those that answer now
     */
    public Page<Grant> list(String workspaceId, String principal, boolean live, PageRequest page) {
        return Page.of(
                table.list(workspaceId, principal, live, page.after() == null ? NEWEST : page.after(), page.oneMore()),
                page,
                Grant::id);
    }

    /**
     * Forgets what may name things of calls, or lets somebody guess them: the lines about calls that were shown, and what
     * their arguments are compared by.
     *
     * @param kept for how long after the end of a grant, and of a question, they stay
     */
    public void forget(Duration kept) {
        table.forgetEndedBefore(kept);
        table.prune();
    }

    /** Now, for saying where a grant stands. */
    public Instant now() {
        return clock.instant();
    }
}
