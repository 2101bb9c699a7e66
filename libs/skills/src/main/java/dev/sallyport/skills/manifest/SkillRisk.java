package dev.sallyport.skills.manifest;

import dev.sallyport.statements.WireName;

/** The least care that a tool asks for. Policy may ask for more, never for less. */
public enum SkillRisk implements WireName {
    /** Policy alone decides. */
    POLICY("policy"),
    /** A human is asked at each call. */
    APPROVAL_REQUIRED("approval_required");

    private final String wire;

    SkillRisk(String wire) {
        this.wire = wire;
    }

    @Override
    public String wire() {
        return wire;
    }
}
