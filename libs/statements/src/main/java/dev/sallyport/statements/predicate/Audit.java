package dev.sallyport.statements.predicate;

import dev.sallyport.statements.approver.ApproverKey;
import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.statements.vocabulary.CallOutcome;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * audit/v1: the rest of the history.
 *
 * @param event what happened
 * @param actor the principal or SPIFFE id that caused it; absent where the service did by itself
 * @param started present exactly for {@code execution-started}; its link is the permit
 * @param ended present exactly for {@code call-ended}; its link is the statement that ended the call
 * @param details details that belong to it
 * @param attributes further facts, for people and queries; at most 32, never authority
 * @param approverKey present exactly for {@code approver-key-enrolled}: the person's key
 */
public record Audit(
        Issuance issued,
        List<Link> links,
        AuditEvent event,
        @Nullable String actor,
        @Nullable Started started,
        @Nullable Ended ended,
        List<DetailRef> details,
        Map<String, String> attributes,
        @Nullable ApproverKey approverKey)
        implements Predicate {
    /** Copies the collections; refuses {@code started}, {@code ended} and {@code approverKey} on other events. */
    public Audit {
        links = List.copyOf(links);
        details = List.copyOf(details);
        attributes = Map.copyOf(attributes);
        if ((event == AuditEvent.EXECUTION_STARTED) != (started != null)) {
            throw new IllegalArgumentException("exactly execution-started says who started");
        }
        if ((event == AuditEvent.CALL_ENDED) != (ended != null)) {
            throw new IllegalArgumentException("exactly call-ended says how it ended");
        }
        if ((event == AuditEvent.APPROVER_KEY_ENROLLED) != (approverKey != null)) {
            throw new IllegalArgumentException("exactly approver-key-enrolled says which key");
        }
    }

    /** An event about no approver's key. */
    public Audit(
            Issuance issued,
            List<Link> links,
            AuditEvent event,
            @Nullable String actor,
            @Nullable Started started,
            @Nullable Ended ended,
            List<DetailRef> details,
            Map<String, String> attributes) {
        this(issued, links, event, actor, started, ended, details, attributes, null);
    }

    /** An event with neither a start nor an end. */
    public static Audit of(
            Issuance issued,
            AuditEvent event,
            @Nullable String actor,
            List<Link> links,
            Map<String, String> attributes) {
        return new Audit(issued, links, event, actor, null, null, List.of(), attributes);
    }

    /**
     * A claim.
     *
     * @param node SPIFFE id of the node
     * @param fence fencing number of the lease
     * @param claimedAt by control's database, milliseconds; not after the permit's {@code not_after}
     * @param redeemUntil the node may redeem the call's secrets until then
     */
    public record Started(String node, long fence, Instant claimedAt, Instant redeemUntil) {}

    /**
     * The end of a call.
     *
     * @param outcome how it ended
     * @param code typed code, UPPER_SNAKE
     * @param approvalId ULID of the question that people were asked about the call; null when nobody was asked
     */
    public record Ended(
            CallOutcome outcome, String code, @Nullable String approvalId) {}
}
