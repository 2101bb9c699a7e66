package dev.sallyport.approval.record;

import dev.sallyport.approval.record.answer.ApprovalRefused;
import dev.sallyport.approval.record.answer.ApprovalRefused.Code;
import dev.sallyport.approval.record.answer.Approver;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.servicekit.problem.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Limit;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Reads records. Only {@link #show} reads what is large. */
@Component
public class ApprovalQueries {
    /** Greater than every ULID, so that a page older than it begins with the newest record. */
    private static final String NEWEST = "ZZZZZZZZZZZZZZZZZZZZZZZZZZ";

    private static final int MOST_CHANGES = 500;

    private final ApprovalRecords records;
    private final SignedRequests requests;
    private final DatabaseClock clock;

    /**
     * What waits for people.
     *
     * @param count how many records
     * @param longest how long the oldest of them has waited; zero when there is none
     */
    public record Waiting(long count, Duration longest) {}

    ApprovalQueries(ApprovalRecords records, SignedRequests requests, DatabaseClock clock) {
        this.records = records;
        this.requests = requests;
        this.clock = clock;
    }

    /**
     * The record with its answers and what a person reads of it.
     *
     * @throws ApprovalRefused if the workspace has no such record
     */
    @Transactional(readOnly = true)
    public ShownRecord show(String workspaceId, String approvalId) {
        ApprovalKey key = new ApprovalKey(workspaceId, approvalId);
        ApprovalRecord record = records.findByKey(key).orElseThrow(() -> new ApprovalRefused(Code.APPROVAL_NOT_FOUND));
        return new ShownRecord(record, requests.findByKey(key).orElseThrow().prompt());
    }

    /** One page of a workspace's records, newest first, with their answers. */
    @Transactional(readOnly = true)
    public Page<ApprovalRecord> page(String workspaceId, ApprovalQuery query, PageRequest asked) {
        List<ApprovalRecord> found = records.page(
                workspaceId,
                asked.after() == null ? NEWEST : asked.after(),
                query.wanted(),
                query.tool(),
                query.principal(),
                query.proposal(),
                Limit.of(asked.oneMore()));
        // All their answers in one further query, while there is a session to ask it.
        found.forEach(ApprovalRecord::resolutions);
        return Page.of(found, asked, record -> record.key().id());
    }

    /**
     * One page of what waits in a workspace: what puts most at stake first, then what waits longest. Who asks much does
     * not hide what others ask.
     *
     * @param principal only this requester's; empty for all
     * @throws ProblemException 400 for an {@code after} that no page has named
     */
    @Transactional(readOnly = true)
    public Page<ApprovalRecord> queue(String workspaceId, String principal, PageRequest asked) {
        String after = asked.after() == null ? "0-" : asked.after();
        if (!after.matches("[0-4]-[0-9A-Z]{0,26}")) {
            throw ProblemException.badRequest(
                    "INVALID_REQUEST", "`after` must be the position that the page before has named.");
        }
        List<ApprovalRecord> found = records.queue(
                workspaceId, principal, after.charAt(0) - '0', after.substring(2), Limit.of(asked.oneMore()));
        found.forEach(ApprovalRecord::resolutions);
        return Page.of(found, asked, ApprovalRecord::queuePosition);
    }

    /** Why this person may never answer this record, as an answer would be refused; null if they may. */
    public @Nullable ApprovalRefused whyNot(ApprovalRecord record, Approver approver) {
        return record.whyNot(approver);
    }

    /** Whether this person may answer now. */
    public boolean mayAnswer(ApprovalRecord record, Approver approver) {
        return record.mayAnswer(approver);
    }

    /** The latest changes that any replica has made to records within this time, at most 500, the oldest first. */
    public List<ApprovalChanged> changedWithin(Duration time) {
        return records.changedSince(clock.now().minus(time), Limit.of(MOST_CHANGES))
                .reversed();
    }

    /** The records whose time to answer is over and that still wait, but for these; longest over first. */
    public List<ApprovalKey> due(int atMost, Set<String> later) {
        return records.due(clock.now(), later.isEmpty() ? Set.of("") : later, Limit.of(atMost));
    }

    /** What waits for people in all workspaces. */
    public Waiting waiting() {
        ApprovalRecords.Pending pending = records.pending();
        Instant oldest = pending.oldest();
        return new Waiting(pending.count(), oldest == null ? Duration.ZERO : Duration.between(oldest, clock.now()));
    }
}
