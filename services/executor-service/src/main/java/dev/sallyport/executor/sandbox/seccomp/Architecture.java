package dev.sallyport.executor.sandbox.seccomp;

import java.util.Optional;

/** A processor architecture with its AUDIT_ARCH value (linux/audit.h). */
public enum Architecture {
    /** Intel and AMD, 64 bits. */
    X86_64(0xC000003E),
    /** Arm, 64 bits. */
    AARCH64(0xC00000B7);

    private final int auditArch;

    Architecture(int auditArch) {
        this.auditArch = auditArch;
    }

    int auditArch() {
        return auditArch;
    }

    /** The architecture that {@code os.arch} names; empty if no filter is known for it. */
    public static Optional<Architecture> named(String osArch) {
        return switch (osArch) {
            case "amd64", "x86_64" -> Optional.of(X86_64);
            case "aarch64", "arm64" -> Optional.of(AARCH64);
            default -> Optional.empty();
        };
    }
}
