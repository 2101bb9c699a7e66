package dev.sallyport.skills.module;

/** What a host function answers instead of a result. Each is a negative number, so that no length is one. */
public enum HostAnswer {
    /** The skill asks for it in its manifest, but it was not granted for this call. */
    CAPABILITY_DENIED(-1),
    /** This host cannot do it. */
    NOT_SUPPORTED(-2),
    /** A pointer and a length do not lie within the module's memory, or a length is beyond what the function takes. */
    BAD_ARGUMENT(-3),
    /** There is no such file or value. */
    NOT_FOUND(-4),
    /**
     * The file or the request is none that the manifest asks for, or is protected, or cannot be used; or there is no room
     * for it.
     */
    REFUSED(-5),
    /** The host of the request does not answer, or cannot prove its name. */
    NOT_REACHED(-6);

    private final int code;

    HostAnswer(int code) {
        this.code = code;
    }

    /** The number that the module gets. */
    public int code() {
        return code;
    }
}
