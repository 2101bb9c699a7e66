package dev.sallyport.statements.verify;

import dev.sallyport.statements.approver.ApproverKey;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.intoto.StatementRefusedException.Refusal;
import dev.sallyport.statements.predicate.ApprovalRequested;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.ExecutionPermit;
import dev.sallyport.statements.predicate.Link;
import dev.sallyport.statements.predicate.Predicate;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.predicate.ToolExecuted;
import dev.sallyport.statements.predicate.ToolProposed;
import dev.sallyport.statements.vocabulary.ApprovalScope;
import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.statements.vocabulary.CallOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a statement must rest on and be about, by its type. */
final class SubjectRules {
    private SubjectRules() {}

    static void check(Statement statement) throws StatementRefusedException {
        switch (statement.predicate()) {
            case ToolProposed p -> {
                if (!p.proposal().subject().equals(statement.subject())
                        || !p.proposal().argsDigest().equals(p.args().digest())
                        || !p.proposal().fleetId().equals(p.issued().fleetId())
                        || !p.proposal().workspaceId().equals(p.issued().workspaceId())) {
                    throw broken("the subject is not the digest of the proposal stated");
                }
            }
            case ApprovalRequested p -> exactly(p, StatementType.TOOL_PROPOSED);
            case ApprovalResolved p -> resolved(p);
            case ExecutionPermit p -> {
                if (p.links().size() == 1) {
                    exactly(p, StatementType.TOOL_PROPOSED);
                } else {
                    exactly(
                            p,
                            StatementType.TOOL_PROPOSED,
                            StatementType.APPROVAL_REQUESTED,
                            StatementType.APPROVAL_RESOLVED);
                }
            }
            case ToolExecuted p -> {
                if (p.outcome() == CallOutcome.INDETERMINATE && p.links().size() == 1) {
                    // The start is not believed any more: its key has been revoked.
                    exactly(p, StatementType.EXECUTION_PERMIT);
                } else {
                    exactly(p, StatementType.EXECUTION_PERMIT, StatementType.AUDIT);
                }
            }
            case Audit p -> {
                if (p.event() == AuditEvent.EXECUTION_STARTED) {
                    exactly(p, StatementType.EXECUTION_PERMIT);
                }
                if (p.event() == AuditEvent.APPROVAL_WITHDRAWN) {
                    exactly(p, StatementType.APPROVAL_RESOLVED);
                }
                if (p.event() == AuditEvent.APPROVAL_ESCALATED) {
                    exactly(p, StatementType.APPROVAL_REQUESTED);
                }
                if (p.event() == AuditEvent.APPROVER_KEY_ENROLLED) {
                    exactly(p);
                    enrolled(statement, p.approverKey());
                }
                if (p.event() == AuditEvent.APPROVER_KEY_BOUND || p.event() == AuditEvent.APPROVER_KEY_REMOVED) {
                    exactly(p, StatementType.AUDIT);
                }
                if (p.event() == AuditEvent.CALL_ENDED && p.links().size() != 1) {
                    throw broken("call-ended links to the one statement that ended the call");
                }
            }
        }
    }

    private static void resolved(ApprovalResolved resolved) throws StatementRefusedException {
        ApprovalResolved.Grant grant = resolved.grant();
        List<StatementType> links = new ArrayList<>(List.of(StatementType.APPROVAL_REQUESTED));
        if (resolved.reuse() != null) {
            links.add(StatementType.APPROVAL_RESOLVED);
        }
        // One for each key that signed.
        links.addAll(Collections.nCopies(resolved.passkeys().size(), StatementType.AUDIT));
        exactly(resolved, links.toArray(StatementType[]::new));
        boolean wider = resolved.scope() != ApprovalScope.ONCE;
        if (wider != (grant != null || resolved.reuse() != null) || (grant != null && resolved.reuse() != null)) {
            throw contradicts("an answer gives or uses a grant exactly when it reaches further than one call");
        }
        if ((grant != null && resolved.answers().isEmpty())
                || (resolved.reuse() != null && !resolved.answers().isEmpty())) {
            throw contradicts("people give a grant, and nobody is asked where one is used");
        }
        if (grant != null
                && (!grant.until().isAfter(resolved.resolvedAt())
                        || grant.until()
                                .isAfter(resolved.resolvedAt()
                                        .plus(Duration.ofDays(ApprovalResolved.Grant.MOST_DAYS))))) {
            throw contradicts("a grant ends after the answer, and at most " + ApprovalResolved.Grant.MOST_DAYS
                    + " days after it");
        }
    }

    /** What is enrolled is a key that a person may have, under its own name. */
    private static void enrolled(Statement statement, @Nullable ApproverKey key) throws StatementRefusedException {
        if (key == null
                || !statement
                        .subject()
                        .equals(ApproverKey.subject(
                                statement.predicate().issued().workspaceId(), key.key()))
                || !key.isUsable()) {
            throw contradicts("an enrolment is about the key that it states, which signs with ES256, EdDSA or RS256");
        }
    }

    private static StatementRefusedException contradicts(String message) {
        return new StatementRefusedException(Refusal.SCHEMA, message);
    }

    private static void exactly(Predicate predicate, StatementType... types) throws StatementRefusedException {
        List<String> wanted =
                java.util.Arrays.stream(types).map(StatementType::shortName).toList();
        List<String> stated = predicate.links().stream().map(Link::type).toList();
        if (!stated.equals(wanted)) {
            throw broken("it must link to exactly " + wanted + ", in that order");
        }
    }

    private static StatementRefusedException broken(String message) {
        return new StatementRefusedException(Refusal.BROKEN_LINK, message);
    }
}
