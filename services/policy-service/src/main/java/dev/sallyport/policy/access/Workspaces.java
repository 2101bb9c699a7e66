package dev.sallyport.policy.access;

import dev.sallyport.policy.access.AccessException.Code;
import dev.sallyport.servicekit.ids.Ulids;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Workspaces and how the first one comes to be. */
@Component
public class Workspaces {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

    /** Two first calls at the same time must not make two workspaces. */
    private static final String LOCK = "select pg_advisory_xact_lock(hashtext('sallyport-bootstrap'))";

    private static final String INSERT = "insert into workspace (workspace_id, name) values (:id, :name)";

    private final JdbcClient jdbc;
    private final Members members;
    private final DeviceBindings devices;
    private final AccessAudit audit;
    private final Ulids ulids;
    private final List<WorkspaceListener> listeners;

    Workspaces(
            JdbcClient jdbc,
            Members members,
            DeviceBindings devices,
            AccessAudit audit,
            Ulids ulids,
            List<WorkspaceListener> listeners) {
        this.jdbc = jdbc;
        this.members = members;
        this.devices = devices;
        this.audit = audit;
        this.ulids = ulids;
        this.listeners = listeners;
    }

    /**
     * The workspace of the fleet's owner. The first call makes it, with the owner and the device bound to them. Later
     * calls answer the same and change nothing.
     *
     * @param device the owner's device, proved by its certificate
     * @param actor the certificate's id, for the record
     * @throws AccessException when a name is unfit
     */
    @Transactional
    public Member bootstrap(String device, String actor, String workspace, String person) {
        if (!NAME.matcher(workspace).matches()) {
            throw new AccessException(
                    Code.INVALID_PRINCIPAL,
                    "workspace",
                    "The name of a workspace has 1 to 63 lower-case letters, digits and `-`.");
        }
        jdbc.sql(LOCK).query((rs, n) -> n).single();
        return devices.memberOf(device).orElseGet(() -> create(device, actor, workspace, person));
    }

    private Member create(String device, String actor, String workspace, String person) {
        String id = ulids.next();
        jdbc.sql(INSERT).param("id", id).param("name", workspace).update();
        audit.changed(AuditEvent.WORKSPACE_CREATED, id, "workspace:" + id, actor, Map.of("name", workspace));
        List<String> roles = List.of(Role.OWNER.wire());
        Member owner = members.ensure(Grantor.ownerDevice(actor, id, roles), "person:" + person, roles);
        devices.bind(device, owner);
        audit.changed(
                AuditEvent.DEVICE_BOUND,
                id,
                "device:" + device,
                actor,
                Map.of("device", device, "principal", owner.principal()));
        listeners.forEach(listener -> listener.workspaceCreated(id, actor));
        return owner;
    }
}
