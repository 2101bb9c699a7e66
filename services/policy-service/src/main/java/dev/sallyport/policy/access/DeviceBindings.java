package dev.sallyport.policy.access;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Which principal a device acts for, and which agent an agent's certificate stands for. */
@Component
class DeviceBindings {
    /** The name of an agent's certificate that can be bound. */
    static final Pattern NAME = Pattern.compile("[a-zA-Z0-9._-]{1,100}");

    private static final String AGENT = "agent/";

    private static final String FIND = """
            select device, workspace_id, principal, accountable, bound_at from device_binding where device = :device""";

    private static final String BIND = """
            insert into device_binding (device, workspace_id, principal) values (:device, :workspace, :principal)""";

    private static final String BIND_AGENT = """
            insert into device_binding (device, workspace_id, principal, accountable)
            values (:device, :workspace, :principal, :accountable) on conflict (device) do nothing""";

    private static final String AGENTS = """
            select device, workspace_id, principal, accountable, bound_at from device_binding
            where workspace_id = :workspace and device like 'agent/%' and device > :after
            order by device limit :limit""";

    private static final String UNBIND_AGENT = """
            delete from device_binding where workspace_id = :workspace and device = :device returning principal""";

    private static final String UNBIND = """
            delete from device_binding
            where workspace_id = :workspace and (principal = :principal or (:issued and accountable = :principal))
            returning device""";

    private final JdbcClient jdbc;
    private final Members members;

    DeviceBindings(JdbcClient jdbc, Members members) {
        this.jdbc = jdbc;
        this.members = members;
    }

    /**
     * An agent's certificate and the member that it stands for.
     *
     * @param accountable who answers for the agent's calls
     */
    record Bound(Member member, String accountable, Instant at) {}

    /** The same with the name of the certificate. */
    record Named(String name, Bound bound) {}

    /** The member that the device is bound to; empty for an unbound device and for a principal that is no member. */
    Optional<Member> memberOf(String device) {
        return jdbc.sql(FIND)
                .param("device", device)
                .query((rs, n) -> member(rs))
                .optional()
                .flatMap(bound -> members.find(bound.workspaceId(), bound.principal()));
    }

    /** What an agent's certificate stands for; empty for an unbound one. */
    Optional<Bound> agentOf(String name) {
        return jdbc.sql(FIND)
                .param("device", AGENT + name)
                .query(DeviceBindings::named)
                .optional()
                .flatMap(named -> members.find(
                                named.bound().member().workspaceId(),
                                named.bound().member().principal())
                        .map(member -> new Bound(
                                member,
                                named.bound().accountable(),
                                named.bound().at())));
    }

    /** The certificates of a workspace's agents, by name; their members are without roles. */
    List<Named> agents(String workspaceId, String after, int limit) {
        return jdbc.sql(AGENTS)
                .param("workspace", workspaceId)
                .param("after", AGENT + after)
                .param("limit", limit)
                .query(DeviceBindings::named)
                .list();
    }

    /**
     * Takes all devices and certificates of a member away; answers which.
     *
     * @param issued whether those of agents that it has bound go as well
     */
    List<String> unbind(Member member, boolean issued) {
        return jdbc.sql(UNBIND)
                .param("workspace", member.workspaceId())
                .param("principal", member.principal())
                .param("issued", issued)
                .query(String.class)
                .list();
    }

    void bind(String device, Member member) {
        jdbc.sql(BIND)
                .param("device", device)
                .param("workspace", member.workspaceId())
                .param("principal", member.principal())
                .update();
    }

    /** Whether it was not bound before. */
    boolean bindAgent(String name, Member member, String accountable) {
        return jdbc.sql(BIND_AGENT)
                        .param("device", AGENT + name)
                        .param("workspace", member.workspaceId())
                        .param("principal", member.principal())
                        .param("accountable", accountable)
                        .update()
                == 1;
    }

    /** The agent that it stood for; empty when the workspace has none of this name. */
    Optional<String> unbindAgent(String name, String workspaceId) {
        return jdbc.sql(UNBIND_AGENT)
                .param("workspace", workspaceId)
                .param("device", AGENT + name)
                .query(String.class)
                .optional();
    }

    private static Named named(ResultSet rs, int row) throws SQLException {
        return new Named(
                rs.getString("device").substring(AGENT.length()),
                new Bound(
                        member(rs),
                        rs.getString("accountable"),
                        rs.getTimestamp("bound_at").toInstant()));
    }

    private static Member member(ResultSet rs) throws SQLException {
        return new Member(rs.getString("workspace_id"), rs.getString("principal"), List.of());
    }
}
