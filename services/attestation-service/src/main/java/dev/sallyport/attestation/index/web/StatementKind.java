package dev.sallyport.attestation.index.web;

import dev.sallyport.attestation.index.StatementQuery.Field;
import dev.sallyport.statements.WireName;
import dev.sallyport.statements.predicate.ApprovalResolved.Answer;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/** Statements by what they can say of a call: their types, with the one audit statement that says how a call ended. */
enum StatementKind {
    PROPOSED(StatementType.TOOL_PROPOSED),
    REQUESTED(StatementType.APPROVAL_REQUESTED),
    RESOLVED(StatementType.APPROVAL_RESOLVED),
    PERMITTED(StatementType.EXECUTION_PERMIT),
    EXECUTED(StatementType.TOOL_EXECUTED),
    ENDED(StatementType.AUDIT),
    OTHER_AUDIT(StatementType.AUDIT);

    private final StatementType type;

    StatementKind(StatementType type) {
        this.type = type;
    }

    /** Its name in a sentence. */
    String describedAs() {
        return switch (this) {
            case ENDED -> AuditEvent.CALL_ENDED.wire();
            case OTHER_AUDIT -> "other " + type.shortName();
            case PROPOSED, REQUESTED, RESOLVED, PERMITTED, EXECUTED -> type.shortName();
        };
    }

    /** The kinds that can have the value in the field. */
    static Set<StatementKind> having(Field field, String value) {
        return switch (field) {
            case PROPOSAL_ID, PRINCIPAL, TOOL, SESSION_ID, RUN_ID -> EnumSet.allOf(StatementKind.class);
            case DECISION -> EnumSet.of(WireName.find(Answer.class, value).isPresent() ? RESOLVED : PROPOSED);
            case OUTCOME -> EnumSet.of(EXECUTED, ENDED);
            case CODE -> EnumSet.of(PROPOSED, RESOLVED, EXECUTED, ENDED);
            case RULE -> EnumSet.of(PROPOSED, REQUESTED, PERMITTED);
            case APPROVER -> EnumSet.of(RESOLVED);
            case TYPE -> ofType(value);
            case EVENT -> EnumSet.of(value.equals(AuditEvent.CALL_ENDED.wire()) ? ENDED : OTHER_AUDIT);
        };
    }

    private static Set<StatementKind> ofType(String name) {
        return Arrays.stream(values())
                .filter(kind -> kind.type.shortName().equals(name))
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(StatementKind.class)));
    }
}
