package dev.sallyport.policy.access;

import dev.sallyport.statements.WireName;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** The roles, the mightiest first. What each may do is said by policies, see {@link RolePermissions}. */
public enum Role implements WireName {
    /** Everything. */
    OWNER("owner"),
    /** Everything but the workspace itself and the fleet's trust. */
    ADMIN("admin"),
    /** Uses tools, watches, answers approvals. */
    OPERATOR("operator"),
    /** Submits and sees its own. */
    AGENT("agent"),
    /** Reads and exports. */
    AUDITOR("auditor");

    private final String wire;

    Role(String wire) {
        this.wire = wire;
    }

    @Override
    public String wire() {
        return wire;
    }

    /** The role of this name; empty for an unknown one. */
    public static Optional<Role> of(String wire) {
        return WireName.find(Role.class, wire);
    }

    /** Of several roles the one that counts for a tool call; empty without a known one. */
    public static Optional<Role> mightiest(Collection<String> roles) {
        return roles.stream().flatMap(role -> of(role).stream()).min(Comparator.naturalOrder());
    }

    /** Whether a holder of this role may give or take that one: nobody grants above themselves. */
    boolean mayGrant(Role other) {
        return compareTo(other) <= 0;
    }
}
