package dev.sallyport.executor.workspace;

/** Why a file operation in a workspace was not done; the tool's own failure. */
public final class FileRefusal extends Exception {
    /** What is in the way. */
    public enum Code {
        /** There is nothing of that name. */
        FILE_NOT_FOUND,
        /** There is something of that name already. */
        FILE_EXISTS,
        /** It is a folder or something else that is no regular file. */
        NOT_A_FILE,
        /** It is no folder. */
        NOT_A_FOLDER,
        /** The file is or would become larger than its limit, or the folder has more entries than are listed. */
        FILE_TOO_LARGE,
        /** The operating system refuses it; the detail says why. */
        FILE_NOT_ACCESSIBLE
    }

    private final Code code;

    /** With a full sentence that says what to change. */
    public FileRefusal(Code code, String detail) {
        super(detail);
        this.code = code;
    }

    /** Why. */
    public Code code() {
        return code;
    }
}
