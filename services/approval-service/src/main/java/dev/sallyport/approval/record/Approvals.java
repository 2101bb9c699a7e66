package dev.sallyport.approval.record;

import dev.sallyport.approval.grant.Comparison;
import dev.sallyport.approval.grant.Grant;
import dev.sallyport.approval.grant.GrantTerms;
import dev.sallyport.approval.grant.Grants;
import dev.sallyport.approval.record.answer.ApprovalRefused;
import dev.sallyport.approval.record.answer.ApprovalRefused.Code;
import dev.sallyport.approval.record.answer.Approver;
import dev.sallyport.approval.record.answer.SubmittedAnswer;
import dev.sallyport.approval.record.question.Question;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.ProposalId;
import dev.sallyport.statements.StatementJson;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.prompt.Prompt;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.vocabulary.ApprovalScope;
import jakarta.persistence.EntityManager;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/** Opens, answers and closes approval records; each change and what it says to others is one transaction. */
@Service
public class Approvals {
    private static final Logger log = LoggerFactory.getLogger(Approvals.class);

    /** A day longer than Kafka keeps a request. */
    private static final Duration ENDS_KEPT = Duration.ofDays(8);

    /** The constraint that the database's triggers name for an answer after the expiry. */
    private static final String IN_TIME = "approval_record_in_time";

    private final EntityManager entities;
    private final ApprovalRecords records;
    private final SignedRequests requests;
    private final EndedCalls endedCalls;
    private final ResolutionStatements statements;
    private final Grants grants;
    private final Comparison comparison;
    private final Proofs proofs;
    private final ApplicationEventPublisher events;
    private final DatabaseClock clock;
    private final TransactionTemplate transaction;

    Approvals(
            EntityManager entities,
            ApprovalRecords records,
            SignedRequests requests,
            EndedCalls endedCalls,
            ResolutionStatements statements,
            Grants grants,
            Comparison comparison,
            Proofs proofs,
            ApplicationEventPublisher events,
            DatabaseClock clock,
            TransactionTemplate transaction) {
        this.entities = entities;
        this.records = records;
        this.requests = requests;
        this.endedCalls = endedCalls;
        this.statements = statements;
        this.grants = grants;
        this.comparison = comparison;
        this.proofs = proofs;
        this.events = events;
        this.clock = clock;
        this.transaction = transaction;
    }

    /**
     * Opens a record for a verified request; one whose call has already ended begins cancelled. Of two requests that
     * take the same id at the same moment, the table's key lets one transaction commit.
     *
     * @param signed the request's statement with certificates and evidence, without details
     * @param prompt what a person reads
     * @param grantId the grant that seemed to answer the question; null to ask people. One that answers no more by now asks
     *     them too
     * @return false, without any change, if there is a record under this key already
     */
    @Transactional
    public boolean open(
            ApprovalKey key, Question question, StatementRecord signed, Detail prompt, @Nullable String grantId) {
        ProposalId proposal = question.call().proposalId();
        endedCalls.serialise(proposal);
        if (records.contains(key)) {
            return false;
        }
        ApprovalRecord record = new ApprovalRecord(key, question);
        if (endedCalls.contains(key.workspaceId(), proposal)) {
            record.cancel(clock.now());
        }
        SignedRequest request = new SignedRequest(key, signed, prompt);
        entities.persist(request);
        entities.persist(record);
        if (grantId != null && record.state().open()) {
            // The row must be there before a use of the grant refers to it.
            entities.flush();
            grants.take(key.workspaceId(), grantId).ifPresent(use -> {
                record.answer(use, clock.now());
                grants.used(use, key.id(), statements.publish(record, request, use));
            });
        }
        events.publishEvent(ApprovalChanged.of(record));
        if (record.state().open()) {
            events.publishEvent(ApprovalNews.of(record));
        }
        return true;
    }

    /**
     * Takes one person's answer and, if it resolves the record, states that with it.
     *
     * @throws ApprovalRefused if it does not count; nothing has changed then
     */
    public ShownRecord answer(String approvalId, Approver approver, SubmittedAnswer answer) {
        ApprovalKey key = new ApprovalKey(approver.workspaceId(), approvalId);
        try {
            return transaction.execute(_ -> {
                ApprovalRecord record =
                        records.lock(key).orElseThrow(() -> new ApprovalRefused(Code.APPROVAL_NOT_FOUND));
                SignedRequest request = requests.findByKey(key).orElseThrow();
                record.answer(approver, answer, proofs.of(record, request, approver, answer), clock.now());
                if (!record.state().open()) {
                    state(record, request, approver, answer);
                    events.publishEvent(ApprovalNews.of(record));
                }
                events.publishEvent(ApprovalChanged.of(record));
                return new ShownRecord(record, request.prompt());
            });
        } catch (DataIntegrityViolationException e) {
            // The clock passed the expiry between the aggregate's check and the database's own.
            if (IN_TIME.equals(constraint(e))) {
                throw new ApprovalRefused(Code.EXPIRED);
            }
            throw e;
        }
    }

    /** States the answer, and keeps the grant that it gives. */
    private void state(ApprovalRecord record, SignedRequest request, Approver approver, SubmittedAnswer answer) {
        GrantTerms further = answer.further();
        if (further == null) {
            statements.publish(record, request, ApprovalScope.ONCE, null, null);
            return;
        }
        Prompt prompt = Prompt.read(Objects.requireNonNull(request.prompt(), "an open record has its prompt"));
        if (!comparison.isAbout(further.pattern(), prompt)) {
            throw new ApprovalRefused(Code.PATTERN_NOT_SHOWN);
        }
        Instant givenAt = StatementJson.toMillis(Objects.requireNonNull(record.resolvedAt()));
        Question question = record.question();
        Grant grant = new Grant(
                record.key().workspaceId(),
                grants.nextId(),
                answer.verdict(),
                answer.scope(),
                new Grant.Origin(
                        record.key().id(),
                        approver.principal(),
                        question.requester().principal(),
                        question.requester().session(),
                        question.call().tool(),
                        prompt.tool().version(),
                        question.command().isEmpty() ? question.summary() : question.command()),
                further.pattern(),
                givenAt,
                givenAt.plus(further.lasts()),
                further.uses(),
                0,
                null,
                null);
        Detail pattern =
                further.pattern().exact() ? null : Detail.of(further.pattern().written());
        StatementRecord given = statements.publish(
                record,
                request,
                answer.scope(),
                new ApprovalResolved.Grant(
                        grant.id(), grant.endsAt(), grant.uses(), pattern == null ? null : pattern.ref()),
                pattern);
        grants.keep(grant, prompt, given);
    }

    /**
     * Takes the same answer to several questions, each as an answer of its own about what that question shows. One that does
     * not count stops none of the others.
     *
     * @param shown the digest of what was shown of each, by the approval ids
     * @param partlySeen whether a part of them was left out of what the person had before them
     * @return how many counted
     * @throws IllegalArgumentException for a reason that is too long or no text, as the rest of a sentence; nothing is
     *     answered then
     */
    public int answerEach(
            Map<String, Digest> shown,
            Approver approver,
            ApprovalResolved.Answer verdict,
            boolean partlySeen,
            String reason) {
        int counted = 0;
        for (Map.Entry<String, Digest> each : shown.entrySet()) {
            SubmittedAnswer answer = new SubmittedAnswer(verdict, each.getValue(), partlySeen, reason);
            try {
                answer(each.getKey(), approver, answer);
                counted++;
            } catch (ApprovalRefused e) {
                log.debug("{} is not answered with the others: {}", each.getKey(), e.code());
            } catch (RuntimeException e) {
                log.warn("could not answer approval {}", each.getKey(), e);
            }
        }
        return counted;
    }

    /** The constraint that PostgreSQL says was violated; null if it names none. */
    private static @Nullable String constraint(DataIntegrityViolationException e) {
        ServerErrorMessage said =
                e.getMostSpecificCause() instanceof PSQLException refused ? refused.getServerErrorMessage() : null;
        return said == null ? null : said.getConstraint();
    }

    /**
     * Closes what is still open for a call that has ended, now or when its request arrives late, and keeps how it ended.
     */
    @Transactional
    public void callEnded(String workspaceId, ProposalId proposal, CallEnd end) {
        endedCalls.serialise(proposal);
        Instant now = clock.now();
        endedCalls.add(workspaceId, proposal);
        for (ApprovalRecord record : records.lockAllOf(workspaceId, proposal)) {
            boolean open = record.state().open();
            if (record.callEnded(end, now)) {
                events.publishEvent(ApprovalChanged.of(record));
                if (open) {
                    events.publishEvent(ApprovalNews.of(record));
                }
            }
        }
    }

    /** Asks the next group too, once; nothing happens if that is not due any more. */
    @Transactional
    public void escalate(ApprovalKey key) {
        records.lock(key).filter(record -> record.escalate(clock.now())).ifPresent(record -> {
            statements.publishEscalation(record, requests.findByKey(key).orElseThrow());
            events.publishEvent(ApprovalNews.of(record));
            events.publishEvent(ApprovalChanged.of(record));
        });
    }

    /** Ends this record as timed out if it is still open. */
    @Transactional
    public void timeOut(ApprovalKey key) {
        records.lock(key).filter(record -> record.state().open()).ifPresent(record -> {
            record.timeOut(clock.now());
            statements.publish(record, requests.findByKey(key).orElseThrow(), ApprovalScope.ONCE, null, null);
            events.publishEvent(ApprovalNews.of(record));
            events.publishEvent(ApprovalChanged.of(record));
        });
    }

    /**
     * Forgets what may name things of the call: prompts, the lines about the calls and the approvers' words; and ended calls
     * once no request can come for them.
     *
     * @param kept for how long after the end of a record they stay
     */
    @Transactional
    public void forget(Duration kept) {
        Instant before = clock.now().minus(kept);
        requests.forgetPromptsResolvedBefore(before);
        records.forgetSummariesResolvedBefore(before);
        records.forgetReasonsResolvedBefore(before);
        grants.forget(kept);
        endedCalls.removeBefore(clock.now().minus(ENDS_KEPT));
    }
}
