package dev.sallyport.executor.platform;

/** The unprivileged user that tools run as when the node itself could change its user. Never 0. */
public record ToolUser(int uid, int gid) {
    /** Refuses 0 with {@link IllegalArgumentException}. */
    public ToolUser {
        if (uid <= 0 || gid <= 0) {
            throw new IllegalArgumentException("tools never run as uid or gid 0");
        }
    }
}
