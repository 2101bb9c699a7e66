package dev.sallyport.executor.sandbox.linux;

import dev.sallyport.executor.platform.ToolUser;
import dev.sallyport.executor.sandbox.landlock.LandlockAbi;
import dev.sallyport.executor.sandbox.seccomp.Architecture;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a launch in tier B must know of the host; a value, so that launches for other hosts can be made and looked at.
 *
 * @param architecture processor architecture of the filter
 * @param launcher the program that starts tools
 * @param abi what the kernel's Landlock can refuse
 * @param toolUser user of the tools alone, null: the node's own, which must not be 0
 * @param usersProcesses processes and threads that the tools' user had before the first tool
 * @param programs folders that tools may read beside the system's own
 */
record LandlockHost(
        Architecture architecture,
        Path launcher,
        LandlockAbi abi,
        @Nullable ToolUser toolUser,
        int usersProcesses,
        List<Path> programs) {
    /** Copies the list. */
    LandlockHost {
        programs = List.copyOf(programs);
    }

    /** Whether tools have a user that owns nothing on this host but workspaces. */
    boolean ownUser() {
        return toolUser != null;
    }

    /** The same host with another Landlock. */
    LandlockHost with(LandlockAbi other) {
        return new LandlockHost(architecture, launcher, other, toolUser, usersProcesses, programs);
    }
}
