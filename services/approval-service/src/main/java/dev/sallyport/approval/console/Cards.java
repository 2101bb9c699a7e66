package dev.sallyport.approval.console;

import dev.sallyport.approval.record.ApprovalQueries;
import dev.sallyport.approval.record.ApprovalRecord;
import dev.sallyport.approval.record.DatabaseClock;
import dev.sallyport.approval.record.answer.ApprovalRefused;
import dev.sallyport.approval.record.answer.Approver;
import dev.sallyport.approval.record.answer.Credential;
import dev.sallyport.approval.record.web.Approvers;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Permission;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Draws records for the person who looks at them. */
@Component
class Cards {
    private final ApprovalQueries queries;
    private final DatabaseClock clock;

    Cards(ApprovalQueries queries, DatabaseClock clock) {
        this.queries = queries;
        this.clock = clock;
    }

    List<ApprovalCard> of(List<ApprovalRecord> records, Caller viewer) {
        Instant now = clock.now();
        return records.stream()
                .map(record -> ApprovalCard.of(record, now, whyNot(record, viewer), 1))
                .toList();
    }

    /** One card for all that show the same. */
    List<ApprovalCard> folded(List<ApprovalRecord> waiting, Caller viewer) {
        Instant now = clock.now();
        return queries.folded(viewer.principalOrRefuse().workspaceId(), waiting).stream()
                .map(alike -> ApprovalCard.of(alike.getFirst(), now, whyNot(alike.getFirst(), viewer), alike.size()))
                .toList();
    }

    /** Those that the viewer may answer now. */
    List<ApprovalCard> answerable(List<ApprovalRecord> records, Caller viewer) {
        Approver approver = Approvers.of(viewer, Credential.Method.WEB);
        return of(
                records.stream()
                        .filter(record -> whyNot(record, viewer) == null && queries.mayAnswer(record, approver))
                        .toList(),
                viewer);
    }

    ApprovalCard of(ApprovalRecord record, Caller viewer) {
        return of(List.of(record), viewer).getFirst();
    }

    private @Nullable String whyNot(ApprovalRecord record, Caller viewer) {
        if (!viewer.principalOrRefuse().may(Permission.APPROVAL_RESOLVE)) {
            return "You may read this, not answer it.";
        }
        ApprovalRefused refused = queries.whyNot(record, Approvers.of(viewer, Credential.Method.WEB));
        return refused == null ? null : refused.detail();
    }
}
