package dev.sallyport.policy.approver;

import dev.sallyport.policy.access.Members;
import dev.sallyport.policy.access.SignInTokens;
import dev.sallyport.policy.access.key.ApproverKeyTable;
import dev.sallyport.servicekit.outbox.StatementOutbox;
import dev.sallyport.statements.Subject;
import dev.sallyport.statements.approver.ApproverKey;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.Link;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Says which keys count that approval-service states people have made. Neither service alone binds a key to a person:
 * approval-service has seen the key, and this service has issued the link that the person made it with.
 */
@Component
public class ApproverKeys {
    private final ApproverKeyTable table;
    private final SignInTokens links;
    private final Members members;
    private final StatementOutbox outbox;

    ApproverKeys(ApproverKeyTable table, SignInTokens links, Members members, StatementOutbox outbox) {
        this.table = table;
        this.links = links;
        this.members = members;
        this.outbox = outbox;
    }

    /**
     * Binds the key, or states why it does not count. In the inbox's transaction.
     *
     * @param enrolment the statement about it, without details
     * @param at when it was made
     */
    public void enrolled(String workspaceId, ApproverKey key, Instant at, StatementRecord enrolment) {
        String refusal = refusal(workspaceId, key, at);
        Audit said = Audit.of(
                outbox.issuance(workspaceId),
                refusal == null ? AuditEvent.APPROVER_KEY_BOUND : AuditEvent.STATEMENT_WITHOUT_EFFECT,
                key.principal(),
                List.of(Link.to(StatementType.AUDIT, enrolment.digest())),
                refusal == null ? Map.of() : Map.of("reason", refusal));
        Subject subject = ApproverKey.subject(workspaceId, key.key());
        outbox.publish(Statement.of(subject, said), StatementOutbox.evidenceOf(enrolment), List.of());
    }

    private @Nullable String refusal(String workspaceId, ApproverKey key, Instant at) {
        if (members.find(workspaceId, key.principal()).isEmpty()) {
            return "NOT_A_MEMBER";
        }
        if (!links.useForKey(workspaceId, key.principal(), key.key(), at)) {
            return "NO_LINK_FOR_A_KEY";
        }
        return table.bind(workspaceId, key.key(), key.principal()) ? null : "KEY_KNOWN_ALREADY";
    }
}
