package dev.sallyport.executor.sandbox.linux;

import dev.sallyport.executor.platform.ToolUser;
import dev.sallyport.executor.sandbox.ToolFailure.SandboxUnavailable;
import dev.sallyport.executor.sandbox.linux.gate.SandboxPrograms;
import dev.sallyport.executor.sandbox.linux.kernel.ProcessView;
import dev.sallyport.executor.sandbox.linux.launch.Launcher;
import dev.sallyport.executor.sandbox.seccomp.Architecture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Looks at this host once and says whether tier C can be tried at all. */
public final class HostInspection {
    private static final List<String> TOP_FOLDERS = List.of("bin", "sbin", "lib", "lib32", "lib64", "libx32");

    private HostInspection() {}

    /**
     * Inspects the host and lays out what every tool sees: the files of its /etc and the sandbox's own programs.
     *
     * @param bwrap where bubblewrap is, usually /usr/bin/bwrap
     * @param folder where that is laid out; made if need be
     * @param toolUser the tools' user when this process is root, null when tools run as this process's own user
     * @param programs folders that tools see beside the system's own, read-only; those that are not there are left out
     * @throws SandboxUnavailable with the fix, if tools cannot be run here
     */
    public static LinuxHost of(Path bwrap, Path folder, @Nullable ToolUser toolUser, List<Path> programs) {
        try {
            Architecture architecture = architecture(toolUser);
            if (!Files.isExecutable(bwrap)) {
                throw new SandboxUnavailable(
                        "bubblewrap is missing: " + bwrap + ".", "Install it: apt-get install bubblewrap.");
            }
            Path real = bwrap.toRealPath();
            if (((int) Files.getAttribute(real, "unix:mode") & 06000) != 0) {
                throw new SandboxUnavailable(
                        "bubblewrap at " + real + " is setuid or setgid, which has a history of privilege escalation.",
                        "Remove the bit: chmod u-s,g-s " + real + ".");
            }
            if (Files.isWritable(real) && ownUid() != 0) {
                throw new SandboxUnavailable(
                        "bubblewrap at " + real + " can be changed by the node's user.",
                        "Let root own it with mode 0755.");
            }
            passable(folder);
            Path etc = folder.resolve("etc");
            passable(etc);
            SandboxEtc.write(etc);
            return host(architecture, real, SandboxPrograms.in(folder, architecture), etc, toolUser, programs);
        } catch (IOException e) {
            throw new SandboxUnavailable(
                    "The host could not be inspected: " + e + ".", "See that the node's user may read it.");
        }
    }

    /**
     * Inspects the host for a sandbox that is made by the launcher alone, and starts that to ask what the kernel can do.
     *
     * @param folder where the launcher is laid out; made if need be
     * @param toolUser the tools' user when this process is root, null when tools run as this process's own user
     * @param programs folders that tools may read beside the system's own
     * @throws SandboxUnavailable with the fix, if tools cannot be run here
     */
    static LandlockHost forLandlock(Path folder, @Nullable ToolUser toolUser, List<Path> programs) {
        try {
            Architecture architecture = architecture(toolUser);
            passable(folder);
            Path program = SandboxPrograms.in(folder, architecture).launcher();
            try (Launcher launcher = new Launcher(program)) {
                return new LandlockHost(
                        architecture,
                        program,
                        launcher.landlock(),
                        toolUser,
                        ProcessView.countOf(toolUser == null ? ownUid() : toolUser.uid()),
                        programs);
            }
        } catch (IOException e) {
            throw new SandboxUnavailable(
                    "The launcher could not be started: " + e.getMessage() + ".",
                    "See that the node's folder is not on a file system mounted noexec.");
        }
    }

    private static Architecture architecture(@Nullable ToolUser toolUser) throws IOException {
        if (ownUid() == 0 && toolUser == null) {
            throw new SandboxUnavailable(
                    "The node runs as uid 0, and tools never do.",
                    "Start the node as an unprivileged user of its own, for example with setpriv --reuid.");
        }
        return Architecture.named(System.getProperty("os.arch", ""))
                .orElseThrow(() -> new SandboxUnavailable(
                        "No system call table is known for " + System.getProperty("os.arch") + ".",
                        "Use a node on x86_64 or aarch64."));
    }

    /** The real uid of this process. */
    public static int ownUid() throws IOException {
        return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    }

    private static LinuxHost host(
            Architecture architecture,
            Path bwrap,
            SandboxPrograms own,
            Path etc,
            @Nullable ToolUser toolUser,
            List<Path> programs)
            throws IOException {
        List<LinuxHost.RootLink> links = new ArrayList<>();
        List<Path> directories = new ArrayList<>();
        for (String name : TOP_FOLDERS) {
            Path folder = Path.of("/" + name);
            if (Files.isSymbolicLink(folder)) {
                links.add(new LinuxHost.RootLink(
                        name, Files.readSymbolicLink(folder).toString()));
            } else if (Files.isDirectory(folder)) {
                directories.add(folder);
            }
        }
        programs.stream().filter(Files::isDirectory).forEach(directories::add);
        return new LinuxHost(architecture, bwrap, own, etc.toRealPath(), links, directories, toolUser);
    }

    private static void passable(Path folder) throws IOException {
        Files.createDirectories(folder);
        Set<PosixFilePermission> permissions = EnumSet.allOf(PosixFilePermission.class);
        permissions.remove(PosixFilePermission.GROUP_WRITE);
        permissions.remove(PosixFilePermission.OTHERS_WRITE);
        Files.setPosixFilePermissions(folder, permissions);
    }
}
