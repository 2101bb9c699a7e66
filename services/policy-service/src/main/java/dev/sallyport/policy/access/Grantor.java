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
 * @param ownerDevice whether they show the certificate of an owner's device
 */
public record Grantor(
        String actor, String workspaceId, Set<String> roles, Set<Permission> permissions, boolean ownerDevice) {
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

    /**
     * Whoever holds a person's credential answers as that person. So nobody is given another's, whatever their role: only
     * the owner's device lets a person in.
     */
    void mustBeAllowedToActAs(String person, String field) {
        if (!ownerDevice && !person.equals(actor)) {
            throw new AccessException(
                    AccessException.Reason.OTHER_PERSON,
                    field,
                    "a credential of " + person + " is given out by the owner's device only, or to " + person);
        }
    }

    /** A credential confined to some permissions makes none that has more. */
    void mustHold(Collection<Permission> needed, String field) {
        if (!permissions.containsAll(needed)) {
            throw new AccessException(
                    AccessException.Reason.ABOVE_OWN_ROLE,
                    field,
                    "this would permit more than the credential you show: name scopes that you have yourself");
        }
    }
}
