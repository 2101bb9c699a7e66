package dev.sallyport.executor.sandbox.linux.launch;

import dev.sallyport.executor.platform.ToolUser;
import dev.sallyport.executor.sandbox.landlock.LandlockRuleset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one tool is started with, as data: all that can be told before its call is known. Its {@linkplain #bytes() bytes}
 * are what the launcher reads. What belongs to a call is a {@link LaunchCommand}.
 */
public sealed interface LaunchRequest {
    /** Under which number a program that makes its sandbox itself finds the socket that leads to the gate inside. */
    int GATE = 3;

    /** Where it finds the first of the three pipes of the tool inside: the gate makes them the first three there. */
    int PIPES = 4;

    /** Whom the tool becomes, null for the node's own user. */
    @Nullable
    ToolUser user();

    /** Whether the first of the call's groups is one of version 2, into which the tool is cloned. */
    boolean intoCgroup();

    /** The request as the launcher reads it, without its length before it. */
    byte[] bytes();

    /**
     * A resource limit (setrlimit(2)).
     *
     * @param resource its number, the same on both processors known here (asm-generic/resource.h)
     */
    record Limit(int resource, long soft, long hard) {
        /** CPU time in seconds: RLIMIT_CPU. */
        public static final int CPU = 0;

        /** Size of a file in bytes: RLIMIT_FSIZE. */
        public static final int FILE_SIZE = 1;

        /** Size of a core dump: RLIMIT_CORE. */
        public static final int CORE = 4;

        /** Processes and threads of the user: RLIMIT_NPROC. */
        public static final int PROCESSES = 6;

        /** Open files: RLIMIT_NOFILE. */
        public static final int OPEN_FILES = 7;

        /** Address space in bytes: RLIMIT_AS. */
        public static final int ADDRESS_SPACE = 9;

        /** One that is the same soft and hard. */
        public static Limit of(int resource, long value) {
            return new Limit(resource, value, value);
        }
    }

    /**
     * A program that gets a domain, a filter and limits from the launcher, and waits under them.
     *
     * @param confined whether the kernel lets the tool execute one program, its own, and never another
     * @param folder where it waits, on this host: the workspace
     * @param program the image, on this host; executed by descriptor, and neither a link nor a script
     * @param filter an array of struct sock_filter
     */
    @SuppressWarnings("ArrayRecordComponent") // the filter is data for the kernel
    record Restricted(
            @Nullable ToolUser user,
            boolean intoCgroup,
            boolean confined,
            Path folder,
            Path program,
            List<Limit> limits,
            LandlockRuleset ruleset,
            byte[] filter)
            implements LaunchRequest {
        /** Copies the limits, not the filter. */
        public Restricted {
            limits = List.copyOf(limits);
        }

        @Override
        public byte[] bytes() {
            int flags = (user == null ? 0 : RequestBytes.SWITCH_USER)
                    | (intoCgroup ? RequestBytes.INTO_CGROUP : 0)
                    | (confined ? RequestBytes.CONFINED : 0)
                    | (ruleset.scopes() == 0 ? 0 : RequestBytes.SCOPED);
            return new RequestBytes()
                    .head(flags, user, limits, folder, program)
                    .rules(ruleset, filter)
                    .handed(List.of())
                    .scratch(0, List.of())
                    .whole();
        }
    }

    /**
     * A program that makes its sandbox itself, started in the root folder with nothing in its environment and nothing to
     * read. It finds the socket to the gate under number {@value #GATE} and the tool's pipes from {@value #PIPES} on.
     *
     * @param command argv with its first word
     * @param files what it is given beside these
     */
    record Plain(
            @Nullable ToolUser user, boolean intoCgroup, Path program, List<String> command, List<MemoryFile> files)
            implements LaunchRequest {
        /** Copies the lists. */
        public Plain {
            command = List.copyOf(command);
            files = List.copyOf(files);
        }

        @Override
        public byte[] bytes() {
            int flags = RequestBytes.PLAIN
                    | (user == null ? 0 : RequestBytes.SWITCH_USER)
                    | (intoCgroup ? RequestBytes.INTO_CGROUP : 0);
            Path root = Path.of("/");
            List<Integer> handed = new ArrayList<>(List.of(GATE, PIPES, PIPES + 1, PIPES + 2));
            files.forEach(file -> handed.add(file.number()));
            return new RequestBytes()
                    .head(flags, user, List.of(), root, program)
                    .rules(new LandlockRuleset(0, 0, 0, List.of()), new byte[0])
                    .handed(handed)
                    .scratch(0, List.of())
                    .command(LaunchCommand.alone(root.toString(), command))
                    .whole();
        }
    }

    /**
     * A file that lies in memory alone (memfd_create(2)).
     *
     * @param number under which the program finds it
     * @param content what it holds at first
     */
    @SuppressWarnings("ArrayRecordComponent") // bytes for a descriptor, never compared
    record MemoryFile(int number, byte[] content) {}
}
