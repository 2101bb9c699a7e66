package dev.sallyport.policy.catalogue.own;

import org.jspecify.annotations.Nullable;

/** A registration, confirmation or retirement of an own tool that is refused. The message is for the caller. */
public final class ToolRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The stable codes that callers read. The name of a constant is the code on the wire. */
    public enum Code {
        /** The document is no tool. */
        INVALID_TOOL,
        /** The name, or one that looks the same in another shape, belongs to another tool. */
        TOOL_NAME_TAKEN,
        /** This version is registered with other content. */
        TOOL_VERSION_TAKEN,
        /** The workspace has as many versions as one may have. */
        TOO_MANY_TOOLS,
        /** The nodes of the pool are there, and none has the program. */
        PROGRAM_NOT_OFFERED,
        /** There is no such tool or version in this workspace. */
        TOOL_NOT_FOUND,
        /** The version does not wait for a second person. */
        TOOL_NOT_PENDING,
        /** The version that waits has another document than the one that was read. */
        TOOL_CHANGED_MEANWHILE,
        /** The one who asks may not confirm it. */
        TOOL_NEEDS_SECOND_PERSON
    }

    private final Code code;
    private final @Nullable String field;

    ToolRefusedException(Code code, String message) {
        this(code, null, message);
    }

    ToolRefusedException(Code code, @Nullable String field, String message) {
        super(message);
        this.code = code;
        this.field = field;
    }

    /** A field of the document that is wrong. */
    static ToolRefusedException invalid(String field, String rule) {
        return new ToolRefusedException(Code.INVALID_TOOL, field, "`" + field + "` " + rule + ".");
    }

    static ToolRefusedException notFound() {
        return new ToolRefusedException(
                Code.TOOL_NOT_FOUND, "The workspace has registered no such tool, or no such version of it.");
    }

    /** The stable code for callers. */
    public Code code() {
        return code;
    }

    /** The field of the document that the refusal is about; null where it is about none. */
    public @Nullable String field() {
        return field;
    }
}
