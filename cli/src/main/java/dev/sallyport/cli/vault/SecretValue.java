package dev.sallyport.cli.vault;

import dev.sallyport.cli.failure.CommandFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads a secret's value, which is never an argument: those are in the shell's history and in the process table. */
final class SecretValue {
    private static final int LARGEST_VALUE = 64 * 1024;

    private SecretValue() {}

    /**
     * The value. Of a value of one line of text the line break at its end is left out.
     *
     * @throws CommandFailure.Usage when there is none, or too much
     */
    static byte[] read(InputStream in) {
        try {
            byte[] value = in.readNBytes(LARGEST_VALUE + 1);
            if (value.length == 0) {
                throw new CommandFailure.Usage("standard input is empty: the value comes from there");
            }
            if (value.length > LARGEST_VALUE) {
                Arrays.fill(value, (byte) 0);
                throw new CommandFailure.Usage("a secret has at most 64 KiB");
            }
            int length = lengthOfLine(value);
            if (length == value.length) {
                return value;
            }
            if (length == 0) {
                throw new CommandFailure.Usage(
                        "standard input has nothing but a line break: the value comes from there");
            }
            byte[] line = Arrays.copyOf(value, length);
            Arrays.fill(value, (byte) 0);
            return line;
        } catch (IOException e) {
            throw new CommandFailure.Usage("cannot read the value from standard input: " + e.getMessage(), e);
        }
    }

    /** Where the one line of a text ends; at the end of whatever is something else. */
    private static int lengthOfLine(byte[] value) {
        int end = value.length;
        if (value[end - 1] == '\n') {
            end--;
            if (end > 0 && value[end - 1] == '\r') {
                end--;
            }
        }
        for (int index = 0; index < end; index++) {
            if ((value[index] >= 0 && value[index] < ' ' && value[index] != '\t') || value[index] == 0x7f) {
                return value.length;
            }
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value, 0, end));
            return end;
        } catch (CharacterCodingException _) {
            return value.length;
        }
    }
}
