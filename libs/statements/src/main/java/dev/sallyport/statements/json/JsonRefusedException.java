package dev.sallyport.statements.json;

/** JSON that is not accepted: says where (a JSON Pointer, RFC 6901; the whole document is the empty string) and why. */
public final class JsonRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Why a document was refused. */
    public enum Reason {
        /** The bytes are not UTF-8. */
        NOT_UTF8,
        /** Not JSON by RFC 8259, or something follows the document. */
        SYNTAX,
        /** An object names a member twice. */
        DUPLICATE_KEY,
        /** A string holds half of a surrogate pair. */
        LONE_SURROGATE,
        /** A string holds U+0000. */
        NUL,
        /** Nested deeper than allowed. */
        TOO_DEEP,
        /** Larger than allowed: the document, a string, an array or an object. */
        TOO_LONG,
        /** A number that canonical JSON would change, or an integer beyond 2^53-1. */
        NUMBER,
        /** A number that is no integer, where only integers are allowed. */
        NOT_AN_INTEGER,
        /** A null where none is allowed. */
        NULL,
        /** The document is no JSON object. */
        NOT_AN_OBJECT,
        /** The document is not in canonical form (RFC 8785). */
        NOT_CANONICAL
    }

    private final Reason reason;
    private final String pointer;

    /** A refusal at this JSON Pointer. */
    public JsonRefusedException(Reason reason, String pointer, String message) {
        super(message);
        this.reason = reason;
        this.pointer = pointer;
    }

    /** Why. */
    public Reason reason() {
        return reason;
    }

    /** Where, as a JSON Pointer. */
    public String pointer() {
        return pointer;
    }
}
