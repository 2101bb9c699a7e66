package dev.sallyport.statements.vocabulary;

import dev.sallyport.statements.WireName;
import java.util.Collection;

/** The least role of an approver, rising. */
public enum ApproverRole implements WireName {
    /** Operators, admins and owners. */
    OPERATOR("operator"),
    /** Admins and owners. */
    ADMIN("admin"),
    /** Owners only. */
    OWNER("owner");

    private final String wire;

    ApproverRole(String wire) {
        this.wire = wire;
    }

    @Override
    public String wire() {
        return wire;
    }

    /** Whether a person with these roles may answer. Auditors and agents, whose roles are none of these, never may. */
    public boolean isMetBy(Collection<String> roles) {
        return roles.stream()
                .flatMap(role -> WireName.find(ApproverRole.class, role).stream())
                .anyMatch(held -> held.compareTo(this) >= 0);
    }
}
