package dev.sallyport.executor.sandbox.linux.launch;

import dev.sallyport.executor.platform.ToolUser;
import dev.sallyport.executor.sandbox.ToolFailure.InvalidInput;
import dev.sallyport.executor.sandbox.landlock.LandlockRuleset;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All that one tool is started with, as data. Its {@linkplain #bytes() bytes} are what the launcher reads.
 *
 * @param user whom the tool becomes, null for the node's own user
 * @param intoCgroup whether the first of the call's groups is one of version 2, into which the tool is cloned
 * @param confined whether the kernel lets the tool execute one program, its own, and never another
 * @param folder where it starts, on this host
 * @param program the image, on this host; executed by descriptor, and neither a link nor a script
 * @param arguments argv with its first word, the name by which the tool is called
 * @param environment all of it
 * @param filter an array of struct sock_filter; empty for a program that makes its sandbox itself
 * @param handed numbers under which that program finds the descriptors that it is given beside its three pipes
 */
@SuppressWarnings("ArrayRecordComponent") // the filter is data for the kernel
public record LaunchRequest(
        @Nullable ToolUser user,
        boolean intoCgroup,
        boolean confined,
        Path folder,
        Path program,
        List<String> arguments,
        Map<String, String> environment,
        List<Limit> limits,
        LandlockRuleset ruleset,
        byte[] filter,
        List<Integer> handed) {
    /** The most bytes that the launcher reads. */
    static final int MOST_BYTES = 1 << 20;

    /** The most words in argv, and variables in the environment. */
    static final int MOST_WORDS = 1 << 13;

    private static final int VERSION = 1;
    private static final int SWITCH_USER = 1;
    private static final int INTO_CGROUP = 2;
    private static final int CONFINED = 4;
    private static final int SCOPED = 8;
    private static final int PLAIN = 16;

    /**
     * A resource limit (setrlimit(2)).
     *
     * @param resource its number, the same on both processors known here (asm-generic/resource.h)
     */
    public record Limit(int resource, long soft, long hard) {
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

    /** Copies the collections, not the filter. */
    public LaunchRequest {
        arguments = List.copyOf(arguments);
        environment = Map.copyOf(environment);
        limits = List.copyOf(limits);
        handed = List.copyOf(handed);
    }

    /**
     * A program that makes its sandbox itself, started in the root folder with nothing in its environment.
     *
     * @param command argv with its first word
     * @param handed numbers of the descriptors that it is given beside its three pipes
     */
    public static LaunchRequest plain(
            @Nullable ToolUser user, boolean intoCgroup, Path program, List<String> command, List<Integer> handed) {
        return new LaunchRequest(
                user,
                intoCgroup,
                false,
                Path.of("/"),
                program,
                command,
                Map.of(),
                List.of(),
                new LandlockRuleset(0, 0, 0, List.of()),
                new byte[0],
                handed);
    }

    /**
     * The request as the launcher reads it, without its length before it. Everything is little-endian; a text is its
     * length with the NUL that ends it, its UTF-8, and that NUL.
     *
     * @throws InvalidInput if the arguments are more than can be handed over
     */
    public byte[] bytes() {
        Out out = new Out();
        int flags = (user == null ? 0 : SWITCH_USER)
                | (intoCgroup ? INTO_CGROUP : 0)
                | (confined ? CONFINED : 0)
                | (ruleset.scopes() == 0 ? 0 : SCOPED)
                | (filter.length == 0 ? PLAIN : 0);
        out.small(VERSION).small(flags);
        out.small(user == null ? 0 : user.uid()).small(user == null ? 0 : user.gid());
        out.small(limits.size());
        limits.forEach(limit -> out.small(limit.resource()).large(limit.soft()).large(limit.hard()));
        out.text(folder.toString()).text(program.toString());
        out.small(arguments.size());
        arguments.forEach(out::text);
        out.small(environment.size());
        new TreeMap<>(environment).forEach((name, value) -> out.text(name + "=" + value));
        out.large(ruleset.files()).large(ruleset.network()).large(ruleset.scopes());
        out.small(ruleset.rules().size());
        for (LandlockRuleset.Rule rule : ruleset.rules()) {
            out.large(rule.access())
                    .small(rule.optional() ? 1 : 0)
                    .text(rule.path().toString());
        }
        out.small(filter.length / 8).raw(filter);
        out.small(handed.size());
        handed.forEach(out::small);
        byte[] bytes = out.bytes.toByteArray();
        if (bytes.length > MOST_BYTES || arguments.size() > MOST_WORDS || environment.size() > MOST_WORDS) {
            throw new InvalidInput("The arguments are more than " + MOST_BYTES + " bytes or " + MOST_WORDS
                    + " words: give them in a file of the workspace.");
        }
        return bytes;
    }

    private static final class Out {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(4096);

        Out small(int value) {
            return raw(ByteBuffer.allocate(4)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(value)
                    .array());
        }

        Out large(long value) {
            return raw(ByteBuffer.allocate(8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(value)
                    .array());
        }

        Out text(String text) {
            if (text.indexOf('\0') >= 0) {
                throw new InvalidInput("An argument contains a NUL character, which no program can be given.");
            }
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            small(utf8.length + 1).raw(utf8);
            bytes.write(0);
            return this;
        }

        Out raw(byte[] each) {
            bytes.writeBytes(each);
            return this;
        }
    }
}
