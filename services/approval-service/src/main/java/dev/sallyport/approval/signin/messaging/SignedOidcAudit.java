package dev.sallyport.approval.signin.messaging;

import dev.sallyport.approval.signin.oidc.OidcAccount;
import dev.sallyport.approval.signin.oidc.OidcAudit;
import dev.sallyport.servicekit.outbox.StatementOutbox;
import dev.sallyport.statements.Subject;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Accounts that are connected and disconnected, as audit/v1 about {@code sign-in-account:<id>}. */
@Component
class SignedOidcAudit implements OidcAudit {
    private final StatementOutbox outbox;

    SignedOidcAudit(StatementOutbox outbox) {
        this.outbox = outbox;
    }

    @Override
    public void connected(OidcAccount account) {
        say(account, AuditEvent.SIGN_IN_ACCOUNT_CONNECTED, account.principal());
    }

    @Override
    public void disconnected(OidcAccount account, String by) {
        say(account, AuditEvent.SIGN_IN_ACCOUNT_DISCONNECTED, by);
    }

    private void say(OidcAccount account, AuditEvent event, String actor) {
        outbox.publish(Statement.of(
                Subject.named("sign-in-account:" + account.id()),
                Audit.of(
                        outbox.issuance(account.workspaceId()),
                        event,
                        actor,
                        List.of(),
                        Map.of("issuer", account.issuer(), "principal", account.principal()))));
    }
}
