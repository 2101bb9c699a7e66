package dev.sallyport.policy.access;

import dev.sallyport.policy.access.AccessException.Code;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Memberships of workspaces. */
@Component
public class Members {
    private static final Pattern PRINCIPAL = Pattern.compile("(person|agent|service):[a-z0-9][a-z0-9._-]{0,62}");

    private static final String FIND = """
            select workspace_id, principal, roles from member
            where workspace_id = :workspace and principal = :principal""";

    private static final String IS_SINCE = """
            select exists (select 1 from member
              where workspace_id = :workspace and principal = :principal and created_at <= :moment)""";

    private static final String ALL = """
            select workspace_id, principal, roles from member
            where workspace_id = :workspace order by principal""";

    private static final String LIST = """
            select workspace_id, principal, roles from member
            where workspace_id = :workspace and (cast(:after as text) is null or principal > :after)
            order by principal limit :limit""";

    private static final String PUT = """
            insert into member (workspace_id, principal, roles, created_by)
            values (:workspace, :principal, :roles, :actor)
            on conflict (workspace_id, principal) do update set roles = excluded.roles""";

    /** The workspace's row orders all changes of its members, so that two cannot both remove the other's last owner. */
    private static final String LOCK = "select name from workspace where workspace_id = :workspace for no key update";

    private static final String REMOVE =
            "delete from member where workspace_id = :workspace and principal = :principal";

    private static final String OWNERS = """
            select count(*) from member where workspace_id = :workspace and 'owner' = any (roles)""";

    private final JdbcClient jdbc;
    private final AccessAudit audit;

    Members(JdbcClient jdbc, AccessAudit audit) {
        this.jdbc = jdbc;
        this.audit = audit;
    }

    /** The member of this name; empty for a stranger. */
    public Optional<Member> find(String workspaceId, String principal) {
        return jdbc.sql(FIND)
                .param("workspace", workspaceId)
                .param("principal", principal)
                .query((rs, n) -> read(rs))
                .optional();
    }

    /** Whether it is a member, and has been one without a break since this moment. */
    public boolean isSince(String workspaceId, String principal, Instant moment) {
        return jdbc.sql(IS_SINCE)
                .param("workspace", workspaceId)
                .param("principal", principal)
                .param("moment", moment.atOffset(ZoneOffset.UTC))
                .query(Boolean.class)
                .single();
    }

    /** All members of a workspace, by name. */
    public List<Member> all(String workspaceId) {
        return jdbc.sql(ALL)
                .param("workspace", workspaceId)
                .query((rs, n) -> read(rs))
                .list();
    }

    /** A page of the members of a workspace, by name. */
    public Page<Member> list(String workspaceId, PageRequest page) {
        List<Member> found = jdbc.sql(LIST)
                .param("workspace", workspaceId)
                .param("after", page.after(), Types.VARCHAR)
                .param("limit", page.oneMore())
                .query((rs, n) -> read(rs))
                .list();
        return Page.of(found, page, Member::principal);
    }

    /**
     * Makes a principal a member with exactly these roles.
     *
     * @throws AccessException when the name or a role is unfit, above the granter's, or the last owner would go
     */
    @Transactional
    public Member put(Grantor grantor, String principal, Collection<String> roleNames) {
        return put(grantor, principal, roleNames, null);
    }

    /**
     * The same, if these are still its roles.
     *
     * @param expected its roles as the grantor has seen them; none for somebody who was no member
     * @throws AccessException as above, and {@code MEMBER_CHANGED_MEANWHILE}
     */
    @Transactional
    public Member change(Grantor grantor, String principal, Collection<String> roleNames, Collection<String> expected) {
        return put(grantor, principal, roleNames, expected);
    }

    private Member put(
            Grantor grantor, String principal, Collection<String> roleNames, @Nullable Collection<String> expected) {
        Set<Role> roles = roles(principal, roleNames);
        if (principal.equals(grantor.actor())) {
            throw new AccessException(
                    Code.ABOVE_OWN_ROLE, "principal", "Nobody changes their own roles. Ask another owner or admin.");
        }
        grantor.mustBeAbleToGrant(roles);
        Member before = lock(grantor.workspaceId(), principal);
        if (expected != null) {
            mustBe(before, expected);
        }
        if (before != null) {
            grantor.mustBeAbleToGrant(before.knownRoles());
            if (!roles.contains(Role.OWNER)) {
                mustNotBeTheLastOwner(before, "roles");
            }
        }
        return store(grantor, principal, roles, before);
    }

    /**
     * Makes the principal a member unless it already is one. Within the caller's transaction.
     *
     * @param roleNames the roles of a new one; empty for those of one that is a member already
     * @throws AccessException {@code ROLES_DIFFER} when it is a member with other roles
     */
    Member ensure(Grantor grantor, String principal, Collection<String> roleNames) {
        Member before = lock(grantor.workspaceId(), principal);
        if (before != null) {
            return withRoles(before, roleNames);
        }
        Set<Role> roles = roles(principal, roleNames);
        grantor.mustBeAbleToGrant(roles);
        return store(grantor, principal, roles, null);
    }

    /** Refuses a name that is no person's. */
    static void mustBePerson(String principal) {
        if (!PRINCIPAL.matcher(principal).matches() || !principal.startsWith("person:")) {
            throw new AccessException(
                    Code.INVALID_PRINCIPAL,
                    "principal",
                    "Invite a person: `person:` and a name of 1 to 63 lower-case letters, digits, `.`, `_` and `-`.");
        }
    }

    /**
     * Refuses what {@link #ensure} would refuse, and a member above the granter: nothing is changed.
     *
     * @throws AccessException as above; roles of somebody who is no member must be named
     */
    void checkAdmissible(Grantor grantor, String principal, Collection<String> roleNames) {
        Member before = find(grantor.workspaceId(), principal).orElse(null);
        grantor.mustBeAbleToGrant(
                before == null
                        ? roles(principal, roleNames)
                        : withRoles(before, roleNames).knownRoles());
    }

    /** The member, if these are its roles, or none were asked for. */
    static Member withRoles(Member member, Collection<String> roleNames) {
        if (!roleNames.isEmpty() && !Set.copyOf(roleNames).equals(Set.copyOf(member.roles()))) {
            throw new AccessException(
                    Code.ROLES_DIFFER,
                    "roles",
                    "`" + member.principal() + "` is a member already, with the roles "
                            + String.join(", ", member.roles()) + ". Leave `roles` out, or change the member first.");
        }
        return member;
    }

    /**
     * The member that is to be removed; no other change of the workspace's members comes between.
     *
     * @param expected its roles as the grantor has seen them; null where that does not matter
     * @throws AccessException when there is none, it is above the granter's role, or the last owner would go
     */
    Member checkRemovable(Grantor grantor, String principal, @Nullable Collection<String> expected) {
        Member member = lock(grantor.workspaceId(), principal);
        if (expected != null) {
            mustBe(member, expected);
        }
        if (member == null) {
            throw new AccessException(Code.NOT_FOUND, "principal", "The workspace has no such member.");
        }
        grantor.mustBeAbleToGrant(member.knownRoles());
        mustNotBeTheLastOwner(member, "principal");
        return member;
    }

    private static void mustBe(@Nullable Member found, Collection<String> expected) {
        if (!Set.copyOf(expected).equals(found == null ? Set.of() : Set.copyOf(found.roles()))) {
            throw new AccessException(
                    Code.MEMBER_CHANGED_MEANWHILE,
                    "roles",
                    "Somebody else has changed this member meanwhile. Look at its roles again, then change them.");
        }
    }

    /** Takes the row away; nothing refers to it any more. */
    void remove(Member member) {
        jdbc.sql(REMOVE)
                .param("workspace", member.workspaceId())
                .param("principal", member.principal())
                .update();
    }

    private void mustNotBeTheLastOwner(Member member, String field) {
        if (member.knownRoles().contains(Role.OWNER) && owners(member.workspaceId()) == 1) {
            throw new AccessException(
                    Code.LAST_OWNER,
                    field,
                    "This is the last owner of the workspace. Give the role `owner` to somebody else first.");
        }
    }

    private Member store(Grantor grantor, String principal, Set<Role> roles, @Nullable Member before) {
        Member member = new Member(
                grantor.workspaceId(),
                principal,
                roles.stream().map(Role::wire).sorted().toList());
        if (member.equals(before)) {
            return member;
        }
        jdbc.sql(PUT)
                .param("workspace", member.workspaceId())
                .param("principal", principal)
                .param("roles", TextArrays.parameter(member.roles()))
                .param("actor", grantor.actor())
                .update();
        Map<String, String> change = Map.of(
                "principal",
                principal,
                "before",
                before == null ? "" : String.join(" ", before.roles()),
                "after",
                String.join(" ", member.roles()));
        audit.changed(
                AuditEvent.MEMBER_CHANGED,
                member.workspaceId(),
                "member:" + member.workspaceId() + ":" + principal,
                grantor.actor(),
                change);
        return member;
    }

    /** Orders all changes of the workspace's members until the end of the transaction. */
    void lock(String workspaceId) {
        jdbc.sql(LOCK).param("workspace", workspaceId).query(String.class).single();
    }

    private @Nullable Member lock(String workspaceId, String principal) {
        lock(workspaceId);
        return find(workspaceId, principal).orElse(null);
    }

    private long owners(String workspaceId) {
        return jdbc.sql(OWNERS)
                .param("workspace", workspaceId)
                .query(Long.class)
                .single();
    }

    private static Set<Role> roles(String principal, Collection<String> names) {
        if (!PRINCIPAL.matcher(principal).matches()) {
            throw new AccessException(
                    Code.INVALID_PRINCIPAL,
                    "principal",
                    "A principal is `person:`, `agent:` or `service:` and a name of 1 to 63 lower-case letters, digits,"
                            + " `.`, `_` and `-`.");
        }
        Set<Role> roles = new LinkedHashSet<>();
        for (String name : names) {
            roles.add(Role.of(name)
                    .orElseThrow(() -> new AccessException(
                            Code.INVALID_ROLE,
                            "roles",
                            "A role is `owner`, `admin`, `operator`, `auditor` or `agent`.")));
        }
        boolean agent = principal.startsWith("agent:");
        if (roles.isEmpty()
                || (agent && !roles.equals(Set.of(Role.AGENT)))
                || (principal.startsWith("person:") && roles.contains(Role.AGENT))) {
            throw new AccessException(
                    Code.INVALID_ROLE,
                    "roles",
                    "An agent has the role `agent` and no other. A person or service has at least one role, and a"
                            + " person never has `agent`.");
        }
        return roles;
    }

    private static Member read(ResultSet rs) throws SQLException {
        return new Member(rs.getString("workspace_id"), rs.getString("principal"), TextArrays.read(rs, "roles"));
    }
}
