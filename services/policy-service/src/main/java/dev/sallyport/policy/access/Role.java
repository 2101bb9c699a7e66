package dev.sallyport.policy.access;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** The roles, the mightiest first. What each may do is said by policies, see {@link RolePermissions}. */
public enum Role {
    /** Everything. */
    OWNER,
    /** Everything but the workspace itself and the fleet's trust. */
    ADMIN,
    /** Uses tools, watches, answers approvals. */
    OPERATOR,
    /** Submits and sees its own. */
    AGENT,
    /** Reads and exports. */
    AUDITOR;

    /** The name on the wire and in policies. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The role of this name. */
    public static Optional<Role> of(String wire) {
        return Arrays.stream(values()).filter(role -> role.wire().equals(wire)).findFirst();
    }

    /** Of several roles the one that counts for a tool call. */
    public static Optional<Role> mightiest(Collection<String> roles) {
        return roles.stream().flatMap(role -> of(role).stream()).min(Comparator.naturalOrder());
    }

    /** Whether a holder of this role may give or take that one: nobody grants above himself. */
    boolean mayGrant(Role other) {
        return compareTo(other) <= 0;
    }
}
