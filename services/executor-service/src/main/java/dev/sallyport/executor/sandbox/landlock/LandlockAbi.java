package dev.sallyport.executor.sandbox.landlock;

/**
 * A version of the kernel's Landlock interface, and what it can refuse (linux/landlock.h).
 *
 * @param version as the kernel answers it, 0 where it has no Landlock
 */
public record LandlockAbi(int version) {
    /** From this version on signals and abstract sockets stay in the domain (Linux 6.12). */
    public static final int SCOPES = 6;

    /** From this version on a file that may not be written cannot be shortened either (Linux 6.2). */
    public static final int TRUNCATE = 3;

    private static final int REFER = 2;
    private static final int NETWORK = 4;
    private static final int DEVICES = 5;

    /** Takes what the kernel answered, a negative errno for none. */
    public LandlockAbi {
        version = Math.max(0, version);
    }

    /** Whether there is Landlock at all. */
    public boolean exists() {
        return version > 0;
    }

    /** Whether what may not be written may not be shortened either, by truncate(2) or as it is opened. */
    public boolean holdsTruncation() {
        return version >= TRUNCATE;
    }

    /** Whether signals, tracing and abstract sockets end at the domain's border. */
    public boolean scopes() {
        return version >= SCOPES;
    }

    /** Accesses to files that a ruleset of this version refuses unless a rule grants them. */
    public long files() {
        long files = (1L << 13) - 1;
        files |= version >= REFER ? FileAccess.REFER : 0;
        files |= holdsTruncation() ? FileAccess.TRUNCATE : 0;
        files |= version >= DEVICES ? FileAccess.IOCTL_DEVICE : 0;
        return files;
    }

    /** TCP by bind(2) and connect(2), where this version knows them. */
    public long network() {
        return version >= NETWORK ? 0b11 : 0;
    }

    /** Abstract Unix sockets and signals, where this version knows them. */
    public long scoped() {
        return scopes() ? 0b11 : 0;
    }
}
