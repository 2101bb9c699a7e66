package dev.sallyport.policy.access;

import dev.sallyport.policy.access.key.ApproverKeyTable;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Shuts a principal out of a workspace in one act: roles, tokens, sign-in links, keys and devices here, and by its statement
 * the sessions at approval-service. Its open calls are cancelled by the next look for what is overdue.
 */
@Component
public class MemberRemoval {
    private final Members members;
    private final TokenRegistry tokens;
    private final SignInTokens links;
    private final DeviceBindings devices;
    private final ApproverKeyTable keys;
    private final AccessAudit audit;

    MemberRemoval(
            Members members,
            TokenRegistry tokens,
            SignInTokens links,
            DeviceBindings devices,
            ApproverKeyTable keys,
            AccessAudit audit) {
        this.members = members;
        this.tokens = tokens;
        this.links = links;
        this.devices = devices;
        this.keys = keys;
        this.audit = audit;
    }

    /**
     * What was taken away, and what was not.
     *
     * @param member who was removed
     * @param tokensRevoked how many tokens were revoked
     * @param tokensLeft ids of tokens of others that it issued and that still count
     */
    public record Removed(Member member, int tokensRevoked, List<String> tokensLeft) {
        /** Copies the list. */
        public Removed {
            tokensLeft = List.copyOf(tokensLeft);
        }
    }

    /**
     * Removes a member.
     *
     * @param issued whether the tokens that it issued to others are revoked as well; it has seen them
     * @throws AccessException when there is no such member, it is above the granter's role, or the last owner would go
     */
    @Transactional
    public Removed remove(Grantor grantor, String principal, boolean issued) {
        return remove(grantor, principal, issued, null);
    }

    /**
     * The same, if these are still its roles.
     *
     * @param expected its roles as the grantor has seen them; null where that does not matter
     * @throws AccessException as above, and {@code MEMBER_CHANGED_MEANWHILE}
     */
    @Transactional
    public Removed remove(Grantor grantor, String principal, boolean issued, @Nullable Collection<String> expected) {
        return remove(grantor, members.checkRemovable(grantor, principal, expected), issued);
    }

    /** Removes everybody of the grantor's workspace, the last owner too. Within the caller's transaction. */
    void removeAll(Grantor grantor) {
        members.lock(grantor.workspaceId());
        members.all(grantor.workspaceId()).forEach(member -> remove(grantor, member, false));
    }

    private Removed remove(Grantor grantor, Member member, boolean issued) {
        int revoked = tokens.revokeAll(grantor, member, issued);
        List<String> left = tokens.issuedBy(member);
        links.forget(member);
        List<String> unbound = devices.unbind(member, issued);
        keys.removeAll(member.workspaceId(), member.principal());
        members.remove(member);
        audit.changed(
                AuditEvent.MEMBER_REMOVED,
                member.workspaceId(),
                "member:" + member.workspaceId() + ":" + member.principal(),
                grantor.actor(),
                Map.of(
                        "principal",
                        member.principal(),
                        "before",
                        String.join(" ", member.roles()),
                        "after",
                        "",
                        "tokens_revoked",
                        Integer.toString(revoked),
                        "devices",
                        String.join(" ", unbound)));
        return new Removed(member, revoked, left);
    }
}
