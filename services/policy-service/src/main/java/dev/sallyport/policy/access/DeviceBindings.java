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

    void bind(String device, Member member) {
        jdbc.sql(BIND)
                .param("device", device)
                .param("workspace", member.workspaceId())
                .param("principal", member.principal())
                .update();
    }
}
