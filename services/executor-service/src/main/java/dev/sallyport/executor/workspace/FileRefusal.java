package dev.sallyport.executor.workspace;

/** Why a file operation in a workspace was not done; the tool's own failure. */
public final class FileRefusal extends Exception {

    /** What is in the way. */
    public enum Code {
        FILE_NOT_FOUND,
        FILE_EXISTS,
        NOT_A_FILE,
        NOT_A_FOLDER,
        FILE_TOO_LARGE,
        FILE_NOT_ACCESSIBLE
    }

    private final Code code;

    FileRefusal(Code code, String detail) {
        super(detail);
        this.code = code;
    }

    public Code code() {
        return code;
    }
}
