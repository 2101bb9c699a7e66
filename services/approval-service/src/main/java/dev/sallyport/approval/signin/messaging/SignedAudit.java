package dev.sallyport.approval.signin.messaging;

import dev.sallyport.approval.signin.Session;
import dev.sallyport.approval.signin.SignInAudit;
import dev.sallyport.servicekit.outbox.StatementOutbox;
import dev.sallyport.statements.StatementJson;
import dev.sallyport.statements.Subject;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Sign-ins and sign-outs as audit/v1 about {@code session:<id>}. */
@Component
class SignedAudit implements SignInAudit {
    private final StatementOutbox outbox;

    SignedAudit(StatementOutbox outbox) {
        this.outbox = outbox;
    }

    @Override
    public void signedIn(Session session, String by, @Nullable String account) {
        Map<String, String> attributes = new HashMap<>();
        attributes.put("expires_at", StatementJson.format(session.expiresAt()));
        attributes.put("by", by);
        if (account != null) {
            attributes.put("account", account);
        }
        say(session, AuditEvent.SIGNED_IN, attributes);
    }

    @Override
    public void signedOut(Session session) {
        say(session, AuditEvent.SIGNED_OUT, Map.of());
    }

    private void say(Session session, AuditEvent event, Map<String, String> attributes) {
        outbox.publish(Statement.of(
                Subject.named("session:" + session.id()),
                Audit.of(outbox.issuance(session.workspaceId()), event, session.principal(), List.of(), attributes)));
    }
}
