package dev.sallyport.skills.module;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Puts modules together from sections. The plain one is, as text:
 *
 * <pre>{@code
 * (module
 *   (memory (export "memory") 1)
 *   (func (export "skill_alloc") (param i32) (result i32) (i32.const 0))
 *   (func (export "skill_call") (param i32 i32 i32) (result i64) (i64.const 0)))
 * }</pre>
 */
public final class ModuleBytes {
    private static final int[] PREAMBLE = {0, 'a', 's', 'm', 1, 0, 0, 0};

    /** By the order of the section's place, which is its number; 9.5 for the count of data. */
    private final Map<Double, int[]> sections = new TreeMap<>();

    private ModuleBytes() {}

    /** The module that every rule accepts. */
    public static ModuleBytes plain() {
        return new ModuleBytes()
                .section(1, 3, 0x60, 1, 0x7f, 1, 0x7f, 0x60, 3, 0x7f, 0x7f, 0x7f, 1, 0x7e, 0x60, 0, 0)
                .section(3, 2, 0, 1)
                .section(5, 1, 0, 1)
                .section(7, exports(0))
                .section(10, 2, 4, 0, 0x41, 0, 0x0b, 4, 0, 0x42, 0, 0x0b);
    }

    /** The three exports, with so many imported functions before the module's own. */
    public static int[] exports(int imported) {
        return joined(
                new int[] {3},
                name("memory"),
                new int[] {2, 0},
                name("skill_alloc"),
                new int[] {0, imported},
                name("skill_call"),
                new int[] {0, imported + 1});
    }

    /** An import of the function {@code skill1.NAME} with this type. */
    public static int[] imported(String module, String name, int type) {
        return joined(new int[] {1}, name(module), name(name), new int[] {0, type});
    }

    /** A name with its length. */
    public static int[] name(String name) {
        return joined(new int[] {name.length()}, name.chars().toArray());
    }

    /** One behind the other. */
    public static int[] joined(int[]... parts) {
        return Arrays.stream(parts).flatMapToInt(Arrays::stream).toArray();
    }

    /** The part so many times. */
    public static int[] repeated(int times, int... part) {
        return IntStream.range(0, times).flatMap(i -> Arrays.stream(part)).toArray();
    }

    /** An unsigned LEB128 number of five bytes. */
    public static int[] number(long value) {
        return new int[] {
            (int) ((value & 0x7f) | 0x80),
            (int) (((value >> 7) & 0x7f) | 0x80),
            (int) (((value >> 14) & 0x7f) | 0x80),
            (int) (((value >> 21) & 0x7f) | 0x80),
            (int) (value >> 28)
        };
    }

    /** Replaces or adds a section. */
    public ModuleBytes section(int id, int... content) {
        sections.put(id == 12 ? 9.5 : id, content);
        return this;
    }

    /** Takes a section away. */
    public ModuleBytes without(int id) {
        sections.remove((double) id);
        return this;
    }

    /** The second function's body, locals and instructions, in place of the plain one. */
    public ModuleBytes body(int... body) {
        return section(10, joined(new int[] {2, 4, 0, 0x41, 0, 0x0b}, number(body.length), body));
    }

    /** The module. */
    public byte[] toBytes() {
        int[] all = PREAMBLE;
        for (Map.Entry<Double, int[]> section : sections.entrySet()) {
            int id = section.getKey() == 9.5 ? 12 : section.getKey().intValue();
            all = joined(all, new int[] {id}, number(section.getValue().length), section.getValue());
        }
        return bytes(all);
    }

    /** As bytes. */
    public static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }
}
