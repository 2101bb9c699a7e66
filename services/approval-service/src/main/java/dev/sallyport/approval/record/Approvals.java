package dev.sallyport.approval.record;

import dev.sallyport.approval.record.ApprovalRefused.NotFound;
import dev.sallyport.approval.record.ApprovalRefused.TooLate;
import jakarta.persistence.EntityManager;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.data.domain.Limit;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/** Opens, answers and closes approval records; each change and what it says to others is one transaction. */
@Service
public class Approvals {

    private final EntityManager entities;
    private final ApprovalRecords records;
    private final EndedCalls endedCalls;
    private final ResolutionPublisher publisher;
    private final ApplicationEventPublisher events;
    private final DatabaseClock clock;
    private final TransactionTemplate transaction;

    Approvals(
            EntityManager entities,
            ApprovalRecords records,
            EndedCalls endedCalls,
            ResolutionPublisher publisher,
            ApplicationEventPublisher events,
            DatabaseClock clock,
            TransactionTemplate transaction) {
        this.entities = entities;
        this.records = records;
        this.endedCalls = endedCalls;
        this.publisher = publisher;
        this.events = events;
        this.clock = clock;
        this.transaction = transaction;
    }

    /**
     * Opens a record for a verified request; one whose call has already ended begins cancelled.
     *
     * @throws DataIntegrityViolationException if there is a record under its id already, or it contradicts itself
     */
    @Transactional
    public void open(ApprovalRequest request) {
        endedCalls.serialise(request.proposalId());
        Instant now = clock.now();
        var record = new ApprovalRecord(request, now);
        if (endedCalls.contains(request.workspaceId(), request.proposalId())) {
            record.cancel(now);
        }
        entities.persist(record);
        records.flush();
        events.publishEvent(ApprovalChanged.of(record));
    }

    /**
     * Takes one person's answer and, if it resolves the record, publishes that with it.
     *
     * @throws ApprovalRefused if it does not count; nothing has changed then
     */
    public ApprovalRecord answer(String approvalId, Approver approver, Answer answer) {
        try {
            return transaction.execute(status -> {
                ApprovalRecord record = records.lock(new ApprovalKey(approver.workspaceId(), approvalId))
                        .orElseThrow(NotFound::new);
                record.answer(approver, answer, clock.now());
                records.flush();
                if (!record.state().open()) {
                    publisher.publish(record);
                }
                events.publishEvent(ApprovalChanged.of(record));
                return record;
            });
        } catch (DataIntegrityViolationException e) {
            // The clock passed the expiry between the aggregate's check and the database's own.
            if (String.valueOf(e.getMessage()).contains("approval_record_in_time")) {
                throw TooLate.expired();
            }
            throw e;
        }
    }

    /** Closes what is still open for a call that has ended, now or when its request arrives late. */
    @Transactional
    public void callEnded(String workspaceId, String proposalId) {
        endedCalls.serialise(proposalId);
        Instant now = clock.now();
        endedCalls.add(workspaceId, proposalId);
        for (ApprovalRecord record : records.lockOpenOf(workspaceId, proposalId)) {
            record.cancel(now);
            events.publishEvent(ApprovalChanged.of(record));
        }
    }

    /** Ends this record as timed out if it is still open. */
    @Transactional
    public void timeOut(ApprovalKey key) {
        records.lock(key).filter(record -> record.state().open()).ifPresent(record -> {
            record.timeOut(clock.now());
            publisher.publish(record);
            events.publishEvent(ApprovalChanged.of(record));
        });
    }

    /** The record with its answers; one of another workspace is {@link NotFound}. */
    @Transactional(readOnly = true)
    public ApprovalRecord find(String workspaceId, String approvalId) {
        return records.findByKey(new ApprovalKey(workspaceId, approvalId)).orElseThrow(NotFound::new);
    }

    /** One page of a workspace's records, newest first. */
    @Transactional(readOnly = true)
    public List<ApprovalRecord> page(String workspaceId, ApprovalQuery query) {
        List<ApprovalState> states = query.states().isEmpty() ? List.of(ApprovalState.values()) : query.states();
        List<ApprovalRecord> page = records.page(
                workspaceId,
                query.before(),
                states,
                query.tool(),
                query.principal(),
                query.proposalId(),
                Limit.of(query.limit()));
        // All their answers in one further query, while there is a session to ask it.
        page.forEach(ApprovalRecord::resolutions);
        return page;
    }

    /** Says whether this person may answer; null if so, else the refusal that an answer would get. */
    public @Nullable ApprovalRefused whyNot(ApprovalRecord record, Approver approver) {
        try {
            record.refuseUnlessEligible(approver);
            return null;
        } catch (ApprovalRefused refused) {
            return refused;
        }
    }
}
