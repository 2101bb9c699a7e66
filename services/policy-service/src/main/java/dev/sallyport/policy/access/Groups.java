package dev.sallyport.policy.access;

import dev.sallyport.policy.access.AccessException.Code;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.sql.Types;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Groups of people in a workspace: the table {@code member_group}. A rule that asks humans may ask a group's members alone.
 * A group gives nobody a right; the role that a rule asks for is asked for as well.
 */
@Component
public class Groups {
    /** So many that a change still fits into its statement, before and after. */
    private static final int MOST_MEMBERS = 20;

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

    private static final String MEMBERS = """
            select principal from member_group
            where workspace_id = :workspace and name = :name order by principal""";

    private static final String LIST = """
            select name, array_agg(principal order by principal) as members from member_group
            where workspace_id = :workspace and (cast(:after as text) is null or name > :after)
            group by name order by name limit :limit""";

    private static final String IN_ALL = """
            select principal from member_group
            where workspace_id = :workspace and name = any (:names)
            group by principal having count(*) = :count order by principal""";

    private static final String CLEAR = "delete from member_group where workspace_id = :workspace and name = :name";

    private static final String ADD = """
            insert into member_group (workspace_id, name, principal)
            select :workspace, :name, unnest(:members::text[])""";

    private final JdbcClient jdbc;
    private final Members members;
    private final AccessAudit audit;

    Groups(JdbcClient jdbc, Members members, AccessAudit audit) {
        this.jdbc = jdbc;
        this.members = members;
        this.audit = audit;
    }

    /**
     * A group.
     *
     * @param name its name in the workspace
     * @param members the people in it, by name; none when there is no such group
     */
    public record Group(String name, List<String> members) {
        /** Copies the members. */
        public Group {
            members = List.copyOf(members);
        }
    }

    /** The people who are in every one of these groups, by name. */
    public List<String> inAll(String workspaceId, Collection<String> names) {
        return jdbc.sql(IN_ALL)
                .param("workspace", workspaceId)
                .param("names", TextArrays.parameter(names))
                .param("count", names.size())
                .query(String.class)
                .list();
    }

    /** A page of the groups of a workspace, by name. */
    public Page<Group> list(String workspaceId, PageRequest page) {
        List<Group> found = jdbc.sql(LIST)
                .param("workspace", workspaceId)
                .param("after", page.after(), Types.VARCHAR)
                .param("limit", page.oneMore())
                .query((rs, n) -> new Group(rs.getString("name"), TextArrays.read(rs, "members")))
                .list();
        return Page.of(found, page, Group::name);
    }

    /**
     * Makes exactly these people the group; none of them dissolves it.
     *
     * @throws AccessException when the name is unfit, somebody is no person of the workspace or above the grantor's role,
     *     there are too many, or the grantor would get in
     */
    @Transactional
    public Group put(Grantor grantor, String name, Collection<String> people) {
        if (!NAME.matcher(name).matches()) {
            throw new AccessException(
                    Code.INVALID_GROUP,
                    "name",
                    "The name of a group has 1 to 63 lower-case letters, digits, `.`, `_` and `-`.");
        }
        List<String> next = List.copyOf(new TreeSet<>(people));
        if (next.size() > MOST_MEMBERS) {
            throw new AccessException(
                    Code.INVALID_GROUP, "members", "A group has at most " + MOST_MEMBERS + " members. Make two of it.");
        }
        members.lock(grantor.workspaceId());
        List<String> before = jdbc.sql(MEMBERS)
                .param("workspace", grantor.workspaceId())
                .param("name", name)
                .query(String.class)
                .list();
        next.stream().filter(person -> !before.contains(person)).forEach(person -> mayJoin(grantor, person));
        if (!before.equals(next)) {
            store(grantor, name, before, next);
        }
        return new Group(name, next);
    }

    private void mayJoin(Grantor grantor, String person) {
        Member member = members.find(grantor.workspaceId(), person)
                .filter(known -> known.kind().equals("person"))
                .orElseThrow(() -> new AccessException(
                        Code.NOT_A_MEMBER, "members", "`" + person + "` is no person of the workspace."));
        grantor.mustBeAbleToGrant(member.knownRoles());
        if (person.equals(grantor.actor()) || person.equals(grantor.accountable())) {
            throw new AccessException(
                    Code.ABOVE_OWN_ROLE, "members", "Nobody puts themselves into a group. Ask another owner or admin.");
        }
    }

    private void store(Grantor grantor, String name, List<String> before, List<String> next) {
        jdbc.sql(CLEAR)
                .param("workspace", grantor.workspaceId())
                .param("name", name)
                .update();
        jdbc.sql(ADD)
                .param("workspace", grantor.workspaceId())
                .param("name", name)
                .param("members", TextArrays.parameter(next))
                .update();
        audit.changed(
                AuditEvent.MEMBER_CHANGED,
                grantor.workspaceId(),
                "group:" + grantor.workspaceId() + ":" + name,
                grantor.actor(),
                Map.of("group", name, "before", String.join(" ", before), "after", String.join(" ", next)));
    }
}
