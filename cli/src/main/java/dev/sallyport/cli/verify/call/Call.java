package dev.sallyport.cli.verify.call;

import dev.sallyport.cli.verify.report.CheckedStatement;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.predicate.ApprovalRequested;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.ExecutionPermit;
import dev.sallyport.statements.predicate.Link;
import dev.sallyport.statements.predicate.Predicate;
import dev.sallyport.statements.predicate.ToolExecuted;
import dev.sallyport.statements.predicate.ToolProposed;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The statements about one call, sorted by what they say. */
final class Call {
    /**
     * A statement with its predicate.
     *
     * @param name for people
     */
    record Said<P extends Predicate>(String name, CheckedStatement statement, P predicate) {
        Digest digest() {
            return statement.verified().digest();
        }
    }

    private final List<CheckedStatement> statements;

    Call(List<CheckedStatement> statements) {
        this.statements = List.copyOf(statements);
    }

    List<Said<ToolProposed>> proposed() {
        return said(ToolProposed.class);
    }

    List<Said<ApprovalRequested>> requested() {
        return said(ApprovalRequested.class);
    }

    List<Said<ApprovalResolved>> resolved() {
        return said(ApprovalResolved.class);
    }

    List<Said<ExecutionPermit>> permits() {
        return said(ExecutionPermit.class);
    }

    /** The results that took effect; there should be one at most. */
    List<Said<ToolExecuted>> executed() {
        Set<Digest> late = lateDigests();
        return said(ToolExecuted.class).stream()
                .filter(result -> !late.contains(result.digest()))
                .toList();
    }

    /** The results of which executor-service says that they came late: evidence of what happened, without effect. */
    List<Said<ToolExecuted>> late() {
        Set<Digest> late = lateDigests();
        return said(ToolExecuted.class).stream()
                .filter(result -> late.contains(result.digest()))
                .toList();
    }

    private Set<Digest> lateDigests() {
        return audits(AuditEvent.LATE_RESULT).stream()
                .flatMap(audit -> audit.predicate().links().stream())
                .map(Link::digest)
                .collect(Collectors.toSet());
    }

    List<Said<Audit>> started() {
        return audits(AuditEvent.EXECUTION_STARTED);
    }

    List<Said<Audit>> ended() {
        return audits(AuditEvent.CALL_ENDED);
    }

    Optional<CheckedStatement> byDigest(Digest digest) {
        return statements.stream()
                .filter(statement -> statement.verified().digest().equals(digest))
                .findFirst();
    }

    /** The permit that a link names, if it is one of this call. */
    Optional<Said<ExecutionPermit>> permit(Digest digest) {
        return permits().stream()
                .filter(permit -> permit.digest().equals(digest))
                .findFirst();
    }

    private List<Said<Audit>> audits(AuditEvent event) {
        return said(Audit.class).stream()
                .filter(audit -> audit.predicate().event() == event)
                .toList();
    }

    private <P extends Predicate> List<Said<P>> said(Class<P> type) {
        List<Said<P>> found = new ArrayList<>();
        for (CheckedStatement statement : statements) {
            if (type.isInstance(statement.statement().predicate())) {
                found.add(new Said<>(
                        statement.name(),
                        statement,
                        type.cast(statement.statement().predicate())));
            }
        }
        return found;
    }
}
