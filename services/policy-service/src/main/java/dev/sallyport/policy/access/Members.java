package dev.sallyport.policy.access;

import dev.sallyport.policy.access.AccessException.Reason;
import dev.sallyport.servicekit.outbox.StatementOutbox;
import dev.sallyport.statements.Subject;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.AuditEvent;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Memberships of workspaces. */
@Component
public class Members {
    static final Pattern PRINCIPAL = Pattern.compile("(person|agent|service):[a-z0-9][a-z0-9._-]{0,62}");

    private final JdbcClient jdbc;
    private final StatementOutbox outbox;

    Members(JdbcClient jdbc, StatementOutbox outbox) {
        this.jdbc = jdbc;
        this.outbox = outbox;
    }

    /** The member of this name, empty for a stranger. */
    public Optional<Member> find(String workspaceId, String principal) {
        return jdbc.sql("select roles from member where workspace_id = :workspace and principal = :principal")
                .param("workspace", workspaceId)
                .param("principal", principal)
                .query((rs, n) -> new Member(workspaceId, principal, TextArrays.read(rs, "roles")))
                .optional();
    }

    /** All members of a workspace, by name. */
    public List<Member> all(String workspaceId) {
        return jdbc.sql("select principal, roles from member where workspace_id = :workspace order by principal")
                .param("workspace", workspaceId)
                .query((rs, n) -> new Member(workspaceId, rs.getString("principal"), TextArrays.read(rs, "roles")))
                .list();
    }

    /**
     * Makes a principal a member with exactly these roles.
     *
     * @throws AccessException when the name or a role is unfit, above the granter's, or the last owner would go
     */
    @Transactional
    public Member put(Grantor grantor, String principal, Collection<String> roleNames) {
        Set<Role> roles = roles(principal, roleNames);
        if (principal.equals(grantor.actor())) {
            throw new AccessException(Reason.ABOVE_OWN_ROLE, "principal", "nobody changes their own roles");
        }
        grantor.mustBeAbleToGrant(roles);
        Optional<Member> before = lock(grantor.workspaceId(), principal);
        before.ifPresent(member -> grantor.mustBeAbleToGrant(
                member.roles().stream().flatMap(role -> Role.of(role).stream()).toList()));
        if (before.filter(member -> member.roles().contains(Role.OWNER.wire())).isPresent()
                && !roles.contains(Role.OWNER)
                && owners(grantor.workspaceId()) == 1) {
            throw new AccessException(Reason.LAST_OWNER, "roles", "the last owner keeps the role");
        }
        return store(grantor, principal, roles, before);
    }

    /** Makes the principal a member unless it already is one. Within the caller's transaction. */
    Member ensure(Grantor grantor, String principal, Collection<String> roleNames) {
        return lock(grantor.workspaceId(), principal).orElseGet(() -> {
            Set<Role> roles = roles(principal, roleNames);
            grantor.mustBeAbleToGrant(roles);
            return store(grantor, principal, roles, Optional.empty());
        });
    }

    private Member store(Grantor grantor, String principal, Set<Role> roles, Optional<Member> before) {
        Member member = new Member(
                grantor.workspaceId(),
                principal,
                roles.stream().map(Role::wire).sorted().toList());
        if (before.equals(Optional.of(member))) {
            return member;
        }
        jdbc.sql("""
                        insert into member (workspace_id, principal, roles, created_by)
                        values (:workspace, :principal, :roles, :actor)
                        on conflict (workspace_id, principal) do update set roles = excluded.roles""")
                .param("workspace", member.workspaceId())
                .param("principal", principal)
                .param("roles", TextArrays.of(member.roles()))
                .param("actor", grantor.actor())
                .update();
        outbox.publish(Statement.of(
                Subject.named("member:" + member.workspaceId() + ":" + principal),
                Audit.of(
                        outbox.issuance(member.workspaceId()),
                        AuditEvent.MEMBER_CHANGED,
                        grantor.actor(),
                        List.of(),
                        Map.of(
                                "principal",
                                principal,
                                "before",
                                before.map(m -> String.join(" ", m.roles())).orElse(""),
                                "after",
                                String.join(" ", member.roles())))));
        return member;
    }

    private Optional<Member> lock(String workspaceId, String principal) {
        // The workspace's row orders all changes of its members, so that two cannot both remove the other's last owner.
        jdbc.sql("select name from workspace where workspace_id = :workspace for update")
                .param("workspace", workspaceId)
                .query(String.class)
                .single();
        return find(workspaceId, principal);
    }

    private long owners(String workspaceId) {
        return jdbc.sql("select count(*) from member where workspace_id = :workspace and 'owner' = any (roles)")
                .param("workspace", workspaceId)
                .query(Long.class)
                .single();
    }

    private static Set<Role> roles(String principal, Collection<String> names) {
        if (!PRINCIPAL.matcher(principal).matches()) {
            throw new AccessException(
                    Reason.INVALID_PRINCIPAL,
                    "principal",
                    "a principal is person:, agent: or service: and a name of lower-case letters, digits, '.', '_', '-'");
        }
        Set<Role> roles = new LinkedHashSet<>();
        for (String name : names) {
            roles.add(Role.of(name)
                    .orElseThrow(() -> new AccessException(
                            Reason.INVALID_ROLE, "roles", "roles are owner, admin, operator, auditor and agent")));
        }
        boolean agent = principal.startsWith("agent:");
        if (roles.isEmpty()
                || (agent && !roles.equals(Set.of(Role.AGENT)))
                || (principal.startsWith("person:") && roles.contains(Role.AGENT))) {
            throw new AccessException(
                    Reason.INVALID_ROLE,
                    "roles",
                    "an agent has the role agent and no other; everybody else has at least one");
        }
        return roles;
    }
}
