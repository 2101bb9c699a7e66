package dev.sallyport.policy.access;

import java.util.List;

/**
 * A principal in a workspace.
 *
 * @param workspaceId the workspace
 * @param principal {@code person:<name>}, {@code agent:<name>} or {@code service:<name>}
 * @param roles its roles there
 */
public record Member(String workspaceId, String principal, List<String> roles) {
    /** Copies the roles. */
    public Member {
        roles = List.copyOf(roles);
    }

    /** {@code person}, {@code agent} or {@code service}. */
    public String kind() {
        return principal.substring(0, principal.indexOf(':'));
    }

    /** Its roles, without those that this version does not know. */
    List<Role> knownRoles() {
        return roles.stream().flatMap(role -> Role.of(role).stream()).toList();
    }
}
