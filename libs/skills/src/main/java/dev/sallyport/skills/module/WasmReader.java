package dev.sallyport.skills.module;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Reads a part of a module's bytes, never beyond that part (WebAssembly core specification, section 5.2). Nothing is
 * allocated by a number that the bytes state.
 */
final class WasmReader {
    private final byte[] bytes;
    private final int end;
    private int at;

    WasmReader(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    private WasmReader(byte[] bytes, int from, int end) {
        this.bytes = bytes;
        this.at = from;
        this.end = end;
    }

    int position() {
        return at;
    }

    boolean atEnd() {
        return at == end;
    }

    int left() {
        return end - at;
    }

    int unsignedByte() throws MalformedModuleException {
        if (at == end) {
            throw new MalformedModuleException("it ends early, at byte " + at);
        }
        return bytes[at++] & 0xff;
    }

    void skip(int count) throws MalformedModuleException {
        if (count < 0 || count > end - at) {
            throw new MalformedModuleException("a length at byte " + at + " reaches beyond what it is in");
        }
        at += count;
    }

    /** The next so many bytes as a reader of their own; this one goes on behind them. */
    WasmReader part(int length) throws MalformedModuleException {
        int from = at;
        skip(length);
        return new WasmReader(bytes, from, at);
    }

    /** An unsigned LEB128 number of 32 bits, as an int; what does not fit a positive int is refused. */
    int unsigned() throws MalformedModuleException {
        long value = unsignedLong();
        if (value > Integer.MAX_VALUE) {
            throw new MalformedModuleException("a number before byte " + at + " is larger than any module needs");
        }
        return (int) value;
    }

    /** An unsigned LEB128 number of 32 bits. */
    long unsignedLong() throws MalformedModuleException {
        long value = 0;
        for (int shift = 0; shift < 35; shift += 7) {
            int next = unsignedByte();
            if (shift == 28 && next > 0x0f) {
                break;
            }
            value |= (long) (next & 0x7f) << shift;
            if (next < 0x80) {
                return value;
            }
        }
        throw new MalformedModuleException("a number before byte " + at + " has more than 32 bits");
    }

    /** Passes over a signed LEB128 number of at most so many bytes: 5 for 32 bits, 10 for 64. */
    void skipSigned(int mostBytes) throws MalformedModuleException {
        for (int i = 0; i < mostBytes; i++) {
            if (unsignedByte() < 0x80) {
                return;
            }
        }
        throw new MalformedModuleException("a number before byte " + at + " is too long");
    }

    /** A name: its length and UTF-8. */
    String name() throws MalformedModuleException {
        int length = unsigned();
        int from = at;
        skip(length);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, from, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedModuleException("a name before byte " + at + " is not UTF-8");
        }
    }

    void expectEnd(String what) throws MalformedModuleException {
        if (at != end) {
            throw new MalformedModuleException(what + " does not fill the length that it states");
        }
    }
}
