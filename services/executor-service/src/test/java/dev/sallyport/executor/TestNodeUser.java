package dev.sallyport.executor;

import dev.sallyport.executor.platform.ToolUser;
import dev.sallyport.executor.sandbox.linux.HostInspection;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The unprivileged user that tools run as when the tests are started as root. */
public final class TestNodeUser {
    private static final int UNPRIVILEGED = 64_901;

    private TestNodeUser() {}

    /** Null when the tests themselves run unprivileged; tools then run as that user. */
    public static @Nullable ToolUser orNull() throws IOException {
        return HostInspection.ownUid() == 0 ? new ToolUser(UNPRIVILEGED, UNPRIVILEGED) : null;
    }
}
