package dev.sallyport.policy.access;

import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.ids.Ulids;
import dev.sallyport.servicekit.outbox.StatementOutbox;
import dev.sallyport.statements.Subject;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.AuditEvent;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Workspaces and how the first one comes to be. */
@Component
public class Workspaces {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

    private final JdbcClient jdbc;
    private final Members members;
    private final StatementOutbox outbox;
    private final Ulids ulids;
    private final List<WorkspaceListener> listeners;

    Workspaces(
            JdbcClient jdbc, Members members, StatementOutbox outbox, Ulids ulids, List<WorkspaceListener> listeners) {
        this.jdbc = jdbc;
        this.members = members;
        this.outbox = outbox;
        this.ulids = ulids;
        this.listeners = listeners;
    }

    /**
     * The workspace of the fleet's owner, made at the first call with the owner and the device bound to them; later
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
                    AccessException.Reason.INVALID_PRINCIPAL,
                    "workspace",
                    "a workspace's name has lower-case letters, digits and '-'");
        }
        // Two first calls at once must not make two workspaces.
        jdbc.sql("select pg_advisory_xact_lock(hashtext('sallyport-bootstrap'))")
                .query((rs, n) -> n)
                .single();
        return bound(device).orElseGet(() -> create(device, actor, workspace, person));
    }

    private Optional<Member> bound(String device) {
        return jdbc.sql("select workspace_id, principal from device_binding where device = :device")
                .param("device", device)
                .query((rs, n) -> new Member(rs.getString("workspace_id"), rs.getString("principal"), List.of()))
                .optional()
                .flatMap(found -> members.find(found.workspaceId(), found.principal()));
    }

    private Member create(String device, String actor, String workspace, String person) {
        String id = ulids.next();
        jdbc.sql("insert into workspace (workspace_id, name) values (:id, :name)")
                .param("id", id)
                .param("name", workspace)
                .update();
        audit(id, "workspace:" + id, AuditEvent.WORKSPACE_CREATED, actor, Map.of("name", workspace));
        Grantor fleet = new Grantor(actor, id, Set.of(Role.OWNER.wire()), Set.of(Permission.values()), true);
        Member owner = members.ensure(fleet, "person:" + person, List.of(Role.OWNER.wire()));
        jdbc.sql("insert into device_binding (device, workspace_id, principal) values (:device, :id, :principal)")
                .param("device", device)
                .param("id", id)
                .param("principal", owner.principal())
                .update();
        audit(
                id,
                "device:" + device,
                AuditEvent.DEVICE_BOUND,
                actor,
                Map.of("device", device, "principal", owner.principal()));
        listeners.forEach(listener -> listener.workspaceCreated(id, actor));
        return owner;
    }

    private void audit(String id, String subject, AuditEvent event, String actor, Map<String, String> attributes) {
        outbox.publish(Statement.of(
                Subject.named(subject), Audit.of(outbox.issuance(id), event, actor, List.of(), attributes)));
    }
}
