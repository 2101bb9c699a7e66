package dev.sallyport.approval.record;

import dev.sallyport.approval.grant.ArgumentPattern;
import dev.sallyport.approval.grant.Comparison;
import dev.sallyport.approval.grant.Coverage;
import dev.sallyport.approval.record.answer.ApprovalRefused;
import dev.sallyport.approval.record.answer.ApprovalRefused.Code;
import dev.sallyport.approval.record.answer.Approver;
import dev.sallyport.approval.record.page.HistoryPosition;
import dev.sallyport.approval.record.page.QueueFilter;
import dev.sallyport.approval.record.page.QueuePosition;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.servicekit.problem.ProblemException;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.prompt.Prompt;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.vocabulary.ApprovalScope;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
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
    private static final int MOST_COMPARED = 200;
    private static final int MOST_ALIKE = 99;
    private static final Duration THIRTY_DAYS = Duration.ofDays(30);

    private final ApprovalRecords records;
    private final SignedRequests requests;
    private final StatedAnswers stated;
    private final Comparison comparison;
    private final DatabaseClock clock;

    /**
     * What waits for people.
     *
     * @param count how many records
     * @param longest how long the oldest of them has waited; zero when there is none
     */
    public record Waiting(long count, Duration longest) {}

    ApprovalQueries(
            ApprovalRecords records,
            SignedRequests requests,
            StatedAnswers stated,
            Comparison comparison,
            DatabaseClock clock) {
        this.records = records;
        this.requests = requests;
        this.stated = stated;
        this.comparison = comparison;
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

    /**
     * The request as policy-service signed it, with certificates and evidence, without details.
     *
     * @throws ApprovalRefused if the workspace has no such record
     */
    @Transactional(readOnly = true)
    public StatementRecord request(String workspaceId, String approvalId) {
        return requests.findByKey(new ApprovalKey(workspaceId, approvalId))
                .orElseThrow(() -> new ApprovalRefused(Code.APPROVAL_NOT_FOUND))
                .record();
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
                query.approver(),
                query.from(),
                query.to(),
                Limit.of(asked.oneMore()));
        // All their answers in one further query, while there is a session to ask it.
        found.forEach(ApprovalRecord::resolutions);
        return Page.of(found, asked, record -> record.key().id());
    }

    /**
     * The digests of the statements that say how these records ended, by the records' ids. One that waits or was cancelled
     * has none, nor has one of an earlier version.
     */
    public Map<String, Digest> statedAnswers(String workspaceId, List<ApprovalRecord> of) {
        return stated.find(
                workspaceId, of.stream().map(record -> record.key().id()).toList());
    }

    /**
     * One page of what is over in a workspace, the newest end first. Calls are not looked for by their ids here.
     *
     * @throws ProblemException 400 for an {@code after} that no page has named
     */
    @Transactional(readOnly = true)
    public Page<ApprovalRecord> history(String workspaceId, ApprovalQuery query, PageRequest asked) {
        HistoryPosition after = asked.after() == null ? HistoryPosition.NEWEST : HistoryPosition.read(asked.after());
        List<ApprovalRecord> found = records.history(
                workspaceId,
                after.resolvedAt(),
                after.id(),
                query.over(),
                query.tool(),
                query.principal(),
                query.approver(),
                query.from(),
                query.to(),
                Limit.of(asked.oneMore()));
        found.forEach(ApprovalRecord::resolutions);
        return Page.of(
                found,
                asked,
                record -> new HistoryPosition(
                                Objects.requireNonNull(record.resolvedAt()),
                                record.key().id())
                        .toString());
    }

    /**
     * One page of what waits in a workspace: what puts most at stake first, then what has the least time left. Who asks much
     * does not hide what others ask.
     *
     * @throws ProblemException 400 for an {@code after} that no page has named
     */
    @Transactional(readOnly = true)
    public Page<ApprovalRecord> queue(String workspaceId, QueueFilter filter, PageRequest asked) {
        QueuePosition after = asked.after() == null ? QueuePosition.FIRST : QueuePosition.read(asked.after());
        List<ApprovalRecord> found = records.queue(
                workspaceId,
                filter.principal(),
                after.urgency(),
                after.expiresAt(),
                after.id(),
                filter.tool(),
                filter.session(),
                Limit.of(asked.oneMore()));
        found.forEach(ApprovalRecord::resolutions);
        return Page.of(found, asked, ApprovalRecord::queuePosition);
    }

    /**
     * The questions that show the same, and are asked of the same people under the same terms, together, in their order. One
     * of high risk is always alone.
     */
    public List<List<ApprovalRecord>> folded(String workspaceId, List<ApprovalRecord> waiting) {
        Map<String, Digest> shown = comparison.shown(
                workspaceId, waiting.stream().map(record -> record.key().id()).toList());
        List<List<ApprovalRecord>> folded = new ArrayList<>();
        for (ApprovalRecord record : waiting) {
            folded.stream()
                    .filter(others -> areAlike(others.getFirst(), record, shown))
                    .findFirst()
                    .orElseGet(() -> {
                        folded.add(new ArrayList<>());
                        return folded.getLast();
                    })
                    .add(record);
        }
        return folded;
    }

    private static boolean areAlike(ApprovalRecord one, ApprovalRecord other, Map<String, Digest> shown) {
        Digest seen = shown.get(one.key().id());
        return seen != null
                && seen.equals(shown.get(other.key().id()))
                && one.state().open()
                && other.state().open()
                && one.question().isAskedLike(other.question());
    }

    /**
     * What waits and can be answered together with this question: it first, then at most {@value #MOST_ALIKE} others that show
     * the same, and are asked of the same people under the same terms.
     *
     * @throws ApprovalRefused if the workspace has no such record
     */
    @Transactional(readOnly = true)
    public List<ApprovalRecord> alike(String workspaceId, String approvalId) {
        ApprovalRecord first = find(new ApprovalKey(workspaceId, approvalId))
                .orElseThrow(() -> new ApprovalRefused(Code.APPROVAL_NOT_FOUND));
        List<ApprovalRecord> waiting = new ArrayList<>(List.of(first));
        records
                .queue(
                        workspaceId,
                        first.question().requester().principal(),
                        0,
                        Instant.EPOCH,
                        "",
                        first.question().call().tool(),
                        "",
                        Limit.of(MOST_COMPARED))
                .stream()
                .filter(record -> !record.key().equals(first.key()))
                .forEach(waiting::add);
        List<ApprovalRecord> alike = folded(workspaceId, waiting).getFirst().stream()
                .limit(MOST_ALIKE + 1L)
                .toList();
        alike.forEach(ApprovalRecord::resolutions);
        return alike;
    }

    /** What waits in a workspace and runs out within this time, at most {@code most} of it, the least time left first. */
    @Transactional(readOnly = true)
    public List<ApprovalRecord> expiring(String workspaceId, Duration within, int most) {
        Instant now = clock.now();
        List<ApprovalRecord> found = records.expiring(workspaceId, now, now.plus(within), Limit.of(most));
        found.forEach(ApprovalRecord::resolutions);
        return found;
    }

    /** The record with its answers; empty if the workspace has no such record. */
    @Transactional(readOnly = true)
    public Optional<ApprovalRecord> find(ApprovalKey key) {
        return records.findByKey(key);
    }

    /** Why this person may never answer this record, as an answer would be refused; null if they may. */
    public @Nullable ApprovalRefused whyNot(ApprovalRecord record, Approver approver) {
        return record.whyNot(approver);
    }

    /** Whether this person may answer now. */
    public boolean mayAnswer(ApprovalRecord record, Approver approver) {
        return record.mayAnswer(approver);
    }

    /**
     * How many calls of the last 30 days an answer to this question would have answered as well, if it had been given for
     * further calls with this pattern. What has arguments that may differ is compared with what is still kept of the calls,
     * of at most {@value #MOST_COMPARED}.
     *
     * @param scope whether only calls of the same session count
     * @throws ApprovalRefused if the workspace has no such record, or the pattern is not about what is shown
     */
    @Transactional(readOnly = true)
    public Coverage coverage(String workspaceId, String approvalId, ApprovalScope scope, ArgumentPattern pattern) {
        ShownRecord shown = show(workspaceId, approvalId);
        String principal = shown.record().question().requester().principal();
        String tool = shown.record().question().call().tool();
        String session = scope == ApprovalScope.SESSION
                ? shown.record().question().requester().session()
                : "";
        Detail kept = shown.prompt();
        Prompt call = kept == null ? null : Prompt.read(kept);
        Coverage exact = comparison.covered(workspaceId, principal, tool, session, call);
        if (pattern.exact()) {
            return exact;
        }
        if (call == null || !comparison.isAbout(pattern, call)) {
            throw new ApprovalRefused(Code.PATTERN_NOT_SHOWN);
        }
        List<Prompt> others = requests
                .withPromptsOf(
                        workspaceId, principal, tool, session, clock.now().minus(THIRTY_DAYS), Limit.of(MOST_COMPARED))
                .stream()
                .flatMap(request -> Stream.ofNullable(request.prompt()))
                .map(Prompt::read)
                .toList();
        return new Coverage(
                exact.calls(),
                others.size(),
                others.stream()
                        .filter(other -> comparison.alike(pattern, call, other))
                        .count());
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

    /** The records of which the next group is to be asked by now, but for these; longest due first. */
    public List<ApprovalKey> escalating(int atMost, Set<String> later) {
        return records.escalating(clock.now(), later.isEmpty() ? Set.of("") : later, Limit.of(atMost));
    }

    /** What waits for people in all workspaces. */
    public Waiting waiting() {
        ApprovalRecords.Pending pending = records.pending();
        Instant oldest = pending.oldest();
        return new Waiting(pending.count(), oldest == null ? Duration.ZERO : Duration.between(oldest, clock.now()));
    }
}
