package dev.sallyport.policy.access;

import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Which principal a device acts for. */
@Component
class DeviceBindings {
    private static final String FIND = "select workspace_id, principal from device_binding where device = :device";

    private static final String BIND = """
            insert into device_binding (device, workspace_id, principal) values (:device, :workspace, :principal)""";

    private static final String UNBIND = """
            delete from device_binding where workspace_id = :workspace and principal = :principal returning device""";

    private final JdbcClient jdbc;
    private final Members members;

    DeviceBindings(JdbcClient jdbc, Members members) {
        this.jdbc = jdbc;
        this.members = members;
    }

    /** The member that the device is bound to; empty for an unbound device and for a principal that is no member. */
    Optional<Member> memberOf(String device) {
        return jdbc.sql(FIND)
                .param("device", device)
                .query((rs, n) -> new Member(rs.getString("workspace_id"), rs.getString("principal"), List.of()))
                .optional()
                .flatMap(bound -> members.find(bound.workspaceId(), bound.principal()));
    }

    /** Takes all devices of a member away; answers which. */
    List<String> unbind(Member member) {
        return jdbc.sql(UNBIND)
                .param("workspace", member.workspaceId())
                .param("principal", member.principal())
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
}
