package dev.sallyport.executor.control.skill;

/** Something about a skill that is refused. The message is a sentence that says what to change. */
public final class SkillProblemException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why. The constants' names are the codes of problem documents. */
    public enum Code {
        /** The package is not as the format says, or is not signed. */
        INVALID_SKILL,
        /** The package is signed by a key that does not count for its publisher. */
        PUBLISHER_NOT_TRUSTED,
        /** The version is taken, is older than the newest, or belongs to another publisher or key. */
        SKILL_VERSION_CONFLICT,
        /** Where names have no dots, it would look like another skill. */
        SKILL_NAME_TAKEN,
        /** The workspace has as many versions as it may have. */
        TOO_MANY_SKILLS,
        /** Only people enable what agents may call. */
        PERSON_REQUIRED,
        /** There is no such skill, version or publisher. */
        SKILL_NOT_FOUND,
        /** The package is another one than the one that was looked at. */
        SKILL_CHANGED_MEANWHILE,
        /** The fingerprint of the publisher's key was not compared, or is another one. */
        FINGERPRINT_NEEDED,
        /** A capability is granted that the manifest does not ask for. */
        CAPABILITY_NOT_ASKED_FOR,
        /** The version was revoked, which is for ever. */
        SKILL_REVOKED
    }

    private final Code code;

    SkillProblemException(Code code, String detail) {
        super(detail);
        this.code = code;
    }

    /** Why. */
    public Code code() {
        return code;
    }
}
