package dev.sallyport.skills;

/** A package of a skill, or a part of it, that is not accepted. The message says what is wrong and where. */
public final class SkillRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Why a package is refused. */
    public enum Refusal {
        /** The bytes are no archive in the one encoding of packages, or beyond its limits. */
        ARCHIVE,
        /** {@code skill.toml} is not as the format says. */
        MANIFEST,
        /** A file is missing, has another digest than the manifest says, or is one that nothing names. */
        CONTENT,
        /** A schema is no JSON Schema of the accepted subset. */
        SCHEMA,
        /** The module breaks the rules for modules. */
        MODULE,
        /** The package has no signature. */
        UNSIGNED,
        /** The signature is damaged, or is not the signature of these files by this key. */
        SIGNATURE,
        /** The publisher is not known here, and first use is not allowed. */
        PUBLISHER_UNKNOWN,
        /** The publisher is known here by another key. Somebody may be pretending to be the publisher. */
        PUBLISHER_KEY_CHANGED,
        /** The publisher's key was revoked. */
        PUBLISHER_KEY_REVOKED,
        /** The skill belongs to another publisher. */
        PUBLISHER_CHANGED,
        /** The version exists with other content. A version is never replaced. */
        VERSION_TAKEN,
        /** The version is older than one that is there already. */
        VERSION_OLDER
    }

    private final Refusal refusal;

    /** A refusal for this reason. */
    public SkillRefusedException(Refusal refusal, String message) {
        super(message);
        this.refusal = refusal;
    }

    /** Why. */
    public Refusal refusal() {
        return refusal;
    }
}
