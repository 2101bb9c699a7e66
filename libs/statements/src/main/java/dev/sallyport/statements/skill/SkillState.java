package dev.sallyport.statements.skill;

import dev.sallyport.statements.WireName;

/** Whether a version of a skill may be called. */
public enum SkillState implements WireName {
    /** It waits for a person, or was taken out of use until one has looked at it. */
    QUARANTINED("quarantined"),
    /** It may be called, as far as a workspace and its policies allow. */
    ENABLED("enabled"),
    /** It may never be called again. */
    REVOKED("revoked");

    private final String wire;

    SkillState(String wire) {
        this.wire = wire;
    }

    @Override
    public String wire() {
        return wire;
    }
}
