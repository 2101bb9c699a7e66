package dev.sallyport.policy.access;

import dev.sallyport.policy.engine.PolicyEngine;
import dev.sallyport.policy.engine.PolicyRequest;
import dev.sallyport.policy.engine.PolicyRequestContext;
import dev.sallyport.policy.engine.PolicySnapshot;
import dev.sallyport.policy.engine.ToolDecision;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.cache.RecentlyUsed;
import dev.sallyport.statements.Digest;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** What roles permit, by the active policy set: administrative actions go through the same engine as tool calls. */
@Component
final class RolePermissions {
    private static final int MOST_KNOWN = 4_096;
    private static final Set<Permission> OF_THE_FLEET = Set.of(
            Permission.TRUST_OPERATE, Permission.DEVICE_MANAGE, Permission.POLICY_MANAGE, Permission.NODE_MANAGE);

    private final PolicyEngine engine;
    private final FleetWorkspace fleet;
    private final RecentlyUsed<Key, Set<Permission>> known = new RecentlyUsed<>(MOST_KNOWN);

    private record Key(Digest set, String workspace, String principal, String role) {}

    /** Not every question was answered: what is missing may be permitted all the same. */
    private record Decided(Set<Permission> permitted, boolean complete) {}

    RolePermissions(PolicyEngine engine, FleetWorkspace fleet) {
        this.engine = engine;
        this.fleet = fleet;
    }

    /** All that a principal with these roles may do in its workspace. What cannot be decided now is not permitted. */
    Set<Permission> of(String workspace, String principal, Collection<String> roles) {
        return roles.stream()
                .flatMap(role -> decided(workspace, principal, role).permitted().stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Whether a principal with these roles has the permission, or may have it: where that cannot be decided now. */
    boolean mayHold(String workspace, String principal, Collection<String> roles, Permission permission) {
        return roles.stream()
                .map(role -> decided(workspace, principal, role))
                .anyMatch(decided -> !decided.complete() || decided.permitted().contains(permission));
    }

    private Decided decided(String workspace, String principal, String role) {
        PolicySnapshot snapshot = engine.active().orElse(null);
        if (snapshot == null) {
            return new Decided(Set.of(), false);
        }
        Key key = new Key(snapshot.version(), workspace, principal, role);
        Set<Permission> remembered = known.get(key);
        return remembered == null ? decide(key, snapshot) : new Decided(remembered, true);
    }

    /** All of it on one snapshot: another set may be activated meanwhile. */
    private Decided decide(Key key, PolicySnapshot snapshot) {
        String kind = key.principal().substring(0, key.principal().indexOf(':'));
        PolicyRequestContext context = PolicyRequestContext.administrative(key.workspace(), key.role(), kind);
        Set<Permission> permitted = EnumSet.noneOf(Permission.class);
        boolean enforced = true;
        for (Permission permission : Permission.values()) {
            ToolDecision decision = engine.decideOn(
                    snapshot,
                    PolicyRequest.administrative(key.principal(), permission.code(), key.workspace()),
                    context);
            enforced &= decision.policyEnforced();
            if (decision.allowed() && mayBeHeldIn(key.workspace(), permission)) {
                permitted.add(permission);
            }
        }
        // A decision that failed is a denial now, and is asked for again the next time.
        if (enforced) {
            known.put(key, permitted);
        }
        return new Decided(permitted, enforced);
    }

    /**
     * Whatever a policy permits: keys, certificates, devices and the policies themselves are the whole fleet's, and no
     * workspace's but its owner's.
     */
    private boolean mayBeHeldIn(String workspace, Permission permission) {
        return !OF_THE_FLEET.contains(permission)
                || fleet.id().filter(workspace::equals).isPresent();
    }
}
