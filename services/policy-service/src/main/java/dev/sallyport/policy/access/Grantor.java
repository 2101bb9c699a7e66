package dev.sallyport.policy.access;

import dev.sallyport.servicekit.access.Permission;
import java.util.Collection;
import java.util.Set;

/**
 * Who changes access, with what they may give away.
 *
 * @param actor for the record: a principal or a SPIFFE id
 * @param workspaceId their workspace
 * @param roles their roles there
 * @param permissions what their credential lets them do
 */
public record Grantor(String actor, String workspaceId, Set<String> roles, Set<Permission> permissions) {
    /** Copies the sets. */
    public Grantor {
        roles = Set.copyOf(roles);
        permissions = Set.copyOf(permissions);
    }

    /** Nobody grants a role above their own. */
    void mustBeAbleToGrant(Collection<Role> granted) {
        for (Role role : granted) {
            if (roles.stream().flatMap(own -> Role.of(own).stream()).noneMatch(own -> own.mayGrant(role))) {
                throw new AccessException(
                        AccessException.Reason.ABOVE_OWN_ROLE,
                        "roles",
                        "you cannot give the role " + role.wire() + ": it is above your own");
            }
        }
    }
}
