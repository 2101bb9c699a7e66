package dev.sallyport.skills.module;

import java.io.ByteArrayOutputStream;

/** Writes parts of a module. */
final class WasmWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    WasmWriter bytes(int... values) {
        for (int value : values) {
            out.write(value);
        }
        return this;
    }

    WasmWriter raw(byte[] bytes, int from, int to) {
        out.write(bytes, from, to - from);
        return this;
    }

    WasmWriter raw(byte[] bytes) {
        return raw(bytes, 0, bytes.length);
    }

    /** An unsigned LEB128 number. */
    WasmWriter unsigned(int value) {
        int rest = value;
        while (rest >>> 7 != 0) {
            out.write((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        out.write(rest);
        return this;
    }

    /** A signed LEB128 number. */
    WasmWriter signed(long value) {
        long rest = value;
        while (rest < -64 || rest > 63) {
            out.write((int) ((rest & 0x7f) | 0x80));
            rest >>= 7;
        }
        out.write((int) (rest & 0x7f));
        return this;
    }

    /** A section or body with its length before it. */
    WasmWriter sized(WasmWriter part) {
        byte[] bytes = part.toBytes();
        return unsigned(bytes.length).raw(bytes);
    }

    byte[] toBytes() {
        return out.toByteArray();
    }
}
