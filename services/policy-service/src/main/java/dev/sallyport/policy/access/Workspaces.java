package dev.sallyport.policy.access;

import dev.sallyport.policy.access.AccessException.Code;
import dev.sallyport.servicekit.ids.Ulids;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Workspaces and how the first one comes to be. */
@Component
public class Workspaces {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

    /** Two first calls at the same time must not make two workspaces. */
    private static final String LOCK = "select pg_advisory_xact_lock(hashtext('sallyport-bootstrap'))";

    private static final String INSERT =
            "insert into workspace (workspace_id, name, fleet) values (:id, :name, :fleet) on conflict (name) do nothing";

    private static final String LIST = """
            select workspace_id, name, fleet, created_at, closed_at from workspace
            where (cast(:own as text) is null or workspace_id = :own)
              and (cast(:after as text) is null or workspace_id > :after)
            order by workspace_id limit :limit""";

    private static final String FIND = """
            select workspace_id, name, fleet, created_at, closed_at from workspace
            where workspace_id = :id for no key update""";

    private static final String RENAME = "update workspace set name = :name where workspace_id = :id";

    private static final String CLOSE = "update workspace set closed_at = now() where workspace_id = :id";

    private final JdbcClient jdbc;
    private final Members members;
    private final DeviceBindings devices;
    private final FleetWorkspace fleet;
    private final MemberRemoval removal;
    private final AccessAudit audit;
    private final Ulids ulids;
    private final List<WorkspaceListener> listeners;

    Workspaces(
            JdbcClient jdbc,
            Members members,
            DeviceBindings devices,
            FleetWorkspace fleet,
            MemberRemoval removal,
            AccessAudit audit,
            Ulids ulids,
            List<WorkspaceListener> listeners) {
        this.jdbc = jdbc;
        this.members = members;
        this.devices = devices;
        this.fleet = fleet;
        this.removal = removal;
        this.audit = audit;
        this.ulids = ulids;
        this.listeners = listeners;
    }

    /**
     * The workspace of the fleet's owner. The first call makes it, with the owner and the device bound to them. Later
     * calls of the same device answer the same and change nothing. A further owner's device is bound to an owner of the
     * same workspace, who becomes one if nobody is called so yet.
     *
     * @param device the owner's device, proved by its certificate
     * @param actor the certificate's id, for the record
     * @throws AccessException when a name is unfit
     */
    @Transactional
    public Member bootstrap(String device, String actor, String workspace, String person) {
        checkName(workspace, "workspace");
        jdbc.sql(LOCK).query((rs, n) -> n).single();
        return devices.memberOf(device)
                .orElseGet(() -> fleet.id()
                        .map(id -> join(device, actor, id, person))
                        .orElseGet(() -> create(device, actor, workspace, person)));
    }

    /**
     * Makes a further workspace with its owner. Nothing is shared with the others but the fleet: its policies, its nodes
     * and its ledger.
     *
     * @param actor the certificate's id, for the record
     * @throws AccessException when a name is unfit or taken
     */
    @Transactional
    public Member found(String actor, String workspace, String person) {
        checkName(workspace, "name");
        String id = ulids.next();
        insert(id, workspace, false, actor);
        Member owner = owner(actor, id, person);
        listeners.forEach(listener -> listener.workspaceCreated(id, actor));
        return owner;
    }

    /**
     * A workspace.
     *
     * @param workspaceId its ULID
     * @param name its name
     * @param fleet whether it is the one of the fleet's owner
     * @param createdAt when it was made
     * @param closedAt since when nobody belongs to it; null while it is open
     */
    public record Workspace(
            String workspaceId,
            String name,
            boolean fleet,
            Instant createdAt,
            @Nullable Instant closedAt) {}

    /**
     * Gives the grantor's workspace another name.
     *
     * @throws AccessException for another workspace than the grantor's, and when the name is unfit or taken
     */
    @Transactional
    public Workspace rename(Grantor grantor, String id, String name) {
        checkName(name, "name");
        Workspace before = lock(grantor, id);
        if (before.name().equals(name)) {
            return before;
        }
        try {
            jdbc.sql(RENAME).param("id", id).param("name", name).update();
        } catch (DuplicateKeyException _) {
            throw taken(name);
        }
        changed(grantor, before, before.name(), name);
        return lock(grantor, id);
    }

    /**
     * Closes the grantor's workspace: everybody is removed, with tokens, links and devices, and their calls end. What was
     * stated stays, and nobody else gets its name.
     *
     * @throws AccessException for another workspace than the grantor's, and for that of the fleet's owner
     */
    @Transactional
    public Workspace close(Grantor grantor, String id) {
        Workspace before = lock(grantor, id);
        if (before.fleet()) {
            throw new AccessException(
                    Code.FLEET_WORKSPACE,
                    "id",
                    "The workspace of the fleet's owner stays: the fleet is operated from it.");
        }
        jdbc.sql(CLOSE).param("id", id).update();
        changed(grantor, before, "open", "closed");
        removal.removeAll(grantor);
        return lock(grantor, id);
    }

    private Workspace lock(Grantor grantor, String id) {
        if (!id.equals(grantor.workspaceId())) {
            throw new AccessException(Code.NOT_FOUND, "id", "There is no such workspace.");
        }
        return jdbc.sql(FIND).param("id", id).query((rs, n) -> read(rs)).single();
    }

    private void changed(Grantor grantor, Workspace workspace, String before, String after) {
        audit.changed(
                AuditEvent.WORKSPACE_CHANGED,
                workspace.workspaceId(),
                "workspace:" + workspace.workspaceId(),
                grantor.actor(),
                Map.of("name", workspace.name(), "before", before, "after", after));
    }

    private static AccessException taken(String name) {
        return new AccessException(
                Code.WORKSPACE_EXISTS, "name", "There is a workspace called `" + name + "`. Choose another name.");
    }

    private static Workspace read(ResultSet rs) throws SQLException {
        OffsetDateTime closed = rs.getObject("closed_at", OffsetDateTime.class);
        return new Workspace(
                rs.getString("workspace_id"),
                rs.getString("name"),
                rs.getBoolean("fleet"),
                rs.getObject("created_at", OffsetDateTime.class).toInstant(),
                closed == null ? null : closed.toInstant());
    }

    /**
     * A page of workspaces, the oldest first.
     *
     * @param own the only one to list; null for all
     */
    public Page<Workspace> list(@Nullable String own, PageRequest page) {
        List<Workspace> found = jdbc.sql(LIST)
                .param("own", own, Types.VARCHAR)
                .param("after", page.after(), Types.VARCHAR)
                .param("limit", page.oneMore())
                .query((rs, n) -> read(rs))
                .list();
        return Page.of(found, page, Workspace::workspaceId);
    }

    private static void checkName(String workspace, String field) {
        if (!NAME.matcher(workspace).matches()) {
            throw new AccessException(
                    Code.INVALID_PRINCIPAL,
                    field,
                    "The name of a workspace has 1 to 63 lower-case letters, digits and `-`.");
        }
    }

    private void insert(String id, String name, boolean ofFleet, String actor) {
        int inserted = jdbc.sql(INSERT)
                .param("id", id)
                .param("name", name)
                .param("fleet", ofFleet)
                .update();
        if (inserted == 0) {
            throw taken(name);
        }
        audit.changed(
                AuditEvent.WORKSPACE_CREATED,
                id,
                "workspace:" + id,
                actor,
                Map.of("name", name, "before", "", "after", name));
    }

    private Member join(String device, String actor, String id, String person) {
        Member owner = members.find(id, "person:" + person)
                .filter(known -> known.knownRoles().contains(Role.OWNER))
                .orElseGet(() -> owner(actor, id, person));
        bind(device, actor, owner);
        return owner;
    }

    private Member create(String device, String actor, String workspace, String person) {
        String id = ulids.next();
        insert(id, workspace, true, actor);
        Member owner = owner(actor, id, person);
        bind(device, actor, owner);
        listeners.forEach(listener -> listener.workspaceCreated(id, actor));
        return owner;
    }

    private Member owner(String actor, String id, String person) {
        List<String> roles = List.of(Role.OWNER.wire());
        return members.ensure(Grantor.ownerDevice(actor, id, roles), "person:" + person, roles);
    }

    private void bind(String device, String actor, Member owner) {
        devices.bind(device, owner);
        audit.changed(
                AuditEvent.DEVICE_BOUND,
                owner.workspaceId(),
                "device:" + device,
                actor,
                Map.of("device", device, "principal", owner.principal(), "before", "", "after", owner.principal()));
    }
}
