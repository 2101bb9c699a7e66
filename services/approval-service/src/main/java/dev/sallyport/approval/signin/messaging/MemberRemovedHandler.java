package dev.sallyport.approval.signin.messaging;

import dev.sallyport.approval.grant.Grants;
import dev.sallyport.approval.key.PersonKeys;
import dev.sallyport.approval.signin.Sessions;
import dev.sallyport.approval.signin.oidc.OidcAccounts;
import dev.sallyport.servicekit.inbox.StatementHandler;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.intoto.StatementRefusedException.Refusal;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.verify.VerifiedRecord;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.util.EnumSet;
import java.util.Set;
import org.springframework.stereotype.Component;

/**
 * Ends the sessions of whoever was removed from a workspace, takes their keys and accounts away, and revokes the grants
 * that they gave or that answer their calls. These count no longer from the removal on, since policy-service knows no such member; they must
 * not count again when that member is let in anew.
 */
@Component
class MemberRemovedHandler implements StatementHandler<Audit> {
    private final Sessions sessions;
    private final Grants grants;
    private final PersonKeys keys;
    private final OidcAccounts accounts;

    MemberRemovedHandler(Sessions sessions, Grants grants, PersonKeys keys, OidcAccounts accounts) {
        this.sessions = sessions;
        this.grants = grants;
        this.keys = keys;
        this.accounts = accounts;
    }

    @Override
    public Class<Audit> predicate() {
        return Audit.class;
    }

    @Override
    public Set<AuditEvent> events() {
        return EnumSet.of(AuditEvent.MEMBER_REMOVED);
    }

    @Override
    public void handle(Audit removed, VerifiedRecord record) throws StatementRefusedException {
        String workspaceId = removed.issued().workspaceId();
        String principal = removed.attributes().get("principal");
        if (workspaceId == null || principal == null) {
            throw new StatementRefusedException(
                    Refusal.SCHEMA, "the removal of a member names the workspace and the principal");
        }
        sessions.endAll(workspaceId, principal);
        accounts.removeAll(workspaceId, principal);
        // One that an account began while the accounts were taken away.
        sessions.endAllOfProvider(workspaceId, principal);
        String actor = removed.actor();
        String by = actor == null ? removed.issued().by().toString() : actor;
        grants.revokeAllOf(workspaceId, principal, by);
        keys.removeAll(workspaceId, principal, by);
    }
}
