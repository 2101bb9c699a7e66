package dev.sallyport.executor.sandbox.linux.launch;

import dev.sallyport.executor.platform.ToolUser;
import dev.sallyport.executor.sandbox.ToolFailure.InvalidInput;
import dev.sallyport.executor.sandbox.ToolSecret;
import dev.sallyport.executor.sandbox.landlock.LandlockRuleset;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The layout of what {@code launch.c} reads. Everything is little-endian; a text is its length with the NUL that ends
 * it, its UTF-8, and that NUL; a list has its length before it.
 */
final class RequestBytes {
    static final int SWITCH_USER = 1;
    static final int INTO_CGROUP = 2;
    static final int CONFINED = 4;
    static final int SCOPED = 8;
    static final int PLAIN = 16;
    static final int INSIDE = 32;
    static final int BRIDGED = 64;

    /** The most bytes that are read. */
    private static final int MOST_BYTES = 1 << 20;

    private static final int VERSION = 3;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(4096);

    RequestBytes head(int flags, @Nullable ToolUser user, List<LaunchRequest.Limit> limits, Path folder, Path program) {
        small(VERSION).small(flags);
        small(user == null ? 0 : user.uid()).small(user == null ? 0 : user.gid());
        small(limits.size());
        limits.forEach(limit -> small(limit.resource()).large(limit.soft()).large(limit.hard()));
        return text(folder.toString()).text(program.toString());
    }

    RequestBytes rules(LandlockRuleset ruleset, byte[] filter) {
        large(ruleset.files()).large(ruleset.network()).large(ruleset.scopes());
        small(ruleset.rules().size());
        for (LandlockRuleset.Rule rule : ruleset.rules()) {
            large(rule.access()).small(rule.optional() ? 1 : 0).text(rule.path().toString());
        }
        return small(filter.length / 8).raw(filter);
    }

    /** Numbers under which the program finds what it is given. */
    RequestBytes handed(List<Integer> numbers) {
        small(numbers.size());
        numbers.forEach(this::small);
        return this;
    }

    RequestBytes scratch(long files, List<String> folders) {
        large(files).small(folders.size());
        folders.forEach(this::text);
        return this;
    }

    RequestBytes command(LaunchCommand command) {
        if (command.arguments().size() > LaunchCommand.MOST_WORDS
                || command.environment().size() > LaunchCommand.MOST_WORDS) {
            throw tooMuch();
        }
        small(command.input() ? 1 : 0).text(command.folder());
        small(command.arguments().size());
        command.arguments().forEach(this::text);
        small(command.environment().size());
        new TreeMap<>(command.environment()).forEach((name, value) -> text(name + "=" + value));
        small(command.secrets().size());
        for (ToolSecret secret : command.secrets()) {
            small(secret.descriptor()).text(secret.path());
            small(secret.value().length).raw(secret.value());
        }
        return this;
    }

    /**
     * All of it.
     *
     * @throws InvalidInput if it is more than is read
     */
    byte[] whole() {
        if (bytes.size() > MOST_BYTES) {
            throw tooMuch();
        }
        return bytes.toByteArray();
    }

    private static InvalidInput tooMuch() {
        return new InvalidInput("The arguments are more than " + MOST_BYTES + " bytes or " + LaunchCommand.MOST_WORDS
                + " words: give them in a file of the workspace.");
    }

    private RequestBytes small(int value) {
        return raw(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array());
    }

    private RequestBytes large(long value) {
        return raw(ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array());
    }

    private RequestBytes text(String text) {
        if (text.indexOf('\0') >= 0) {
            throw new InvalidInput("An argument contains a NUL character, which no program can be given.");
        }
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        small(utf8.length + 1).raw(utf8);
        bytes.write(0);
        return this;
    }

    private RequestBytes raw(byte[] each) {
        bytes.writeBytes(each);
        return this;
    }
}
