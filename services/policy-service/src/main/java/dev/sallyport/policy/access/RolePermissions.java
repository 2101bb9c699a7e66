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
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** What roles permit, by the active policy set: administrative actions go through the same engine as tool calls. */
@Component
final class RolePermissions {
    private static final int MOST_KNOWN = 4_096;

    private final PolicyEngine engine;
    private final FleetWorkspace fleet;
    private final RecentlyUsed<Key, Set<Permission>> known = new RecentlyUsed<>(MOST_KNOWN);

    private record Key(@Nullable Digest set, String workspace, String principal, String role) {}

    RolePermissions(PolicyEngine engine, FleetWorkspace fleet) {
        this.engine = engine;
        this.fleet = fleet;
    }

    /** All that a principal with these roles may do in its workspace. */
    Set<Permission> of(String workspace, String principal, Collection<String> roles) {
        return roles.stream()
                .flatMap(role -> of(workspace, principal, role).stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    private Set<Permission> of(String workspace, String principal, String role) {
        Digest set = engine.active().map(PolicySnapshot::version).orElse(null);
        Key key = new Key(set, workspace, principal, role);
        Set<Permission> remembered = known.get(key);
        return remembered == null ? decide(key) : remembered;
    }

    private Set<Permission> decide(Key key) {
        String kind = key.principal().substring(0, key.principal().indexOf(':'));
        PolicyRequestContext context = PolicyRequestContext.administrative(key.workspace(), key.role(), kind);
        Set<Permission> permitted = EnumSet.noneOf(Permission.class);
        boolean enforced = true;
        for (Permission permission : Permission.values()) {
            ToolDecision decision = engine.decide(
                    PolicyRequest.administrative(key.principal(), permission.code(), key.workspace()), context);
            enforced &= decision.policyEnforced();
            if (decision.allowed() && mayBeHeldIn(key.workspace(), permission)) {
                permitted.add(permission);
            }
        }
        // A decision that failed is a denial now, and is asked for again the next time.
        if (enforced) {
            known.put(key, permitted);
        }
        return permitted;
    }

    /**
     * Whatever a policy permits: keys, certificates and the policies themselves are the whole fleet's, and no
     * workspace's but its owner's.
     */
    private boolean mayBeHeldIn(String workspace, Permission permission) {
        return (permission != Permission.TRUST_OPERATE && permission != Permission.POLICY_MANAGE)
                || fleet.id().filter(workspace::equals).isPresent();
    }
}
