package dev.sallyport.executor.sandbox.linux.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The device files that a tool sees, by what they are and not by where they lie: on a host they come from devtmpfs,
 * in a container from a tmpfs that its runtime has filled.
 */
public final class StandardDevices {
    private static final int TYPE = 0170000;
    private static final int CHARACTER_DEVICE = 0020000;

    /**
     * Numbers as the kernel gives them out (Documentation/admin-guide/devices.txt), as {@code makedev(3)} joins them.
     */
    private static final Map<String, Integer> NUMBERS = Map.of(
            "/dev/null", device(1, 3),
            "/dev/zero", device(1, 5),
            "/dev/full", device(1, 7),
            "/dev/random", device(1, 8),
            "/dev/urandom", device(1, 9),
            "/dev/tty", device(5, 0));

    private StandardDevices() {}

    /**
     * Whether the file there is the harmless device of that name.
     *
     * @param root the root folder of the process that sees it
     * @param path absolute, such as {@code /dev/null}
     */
    public static boolean isOne(Path root, String path) {
        Integer wanted = NUMBERS.get(path);
        if (wanted == null) {
            return false;
        }
        Path file = root.resolve(path.substring(1));
        try {
            int mode = (int) Files.getAttribute(file, "unix:mode");
            Object number = Files.getAttribute(file, "unix:rdev");
            return (mode & TYPE) == CHARACTER_DEVICE && ((Number) number).longValue() == wanted;
        } catch (IOException _) {
            return false;
        }
    }

    private static int device(int major, int minor) {
        return major << 8 | minor;
    }
}
