package dev.sallyport.bench.wasm;

import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * A value of the suite as its JSON has it: the bits as an unsigned decimal number, or a kind of NaN.
 *
 * @param type like {@code i32}
 * @param text the number, {@code nan:canonical} or {@code nan:arithmetic}
 */
record SpecValue(String type, String text) {
    private static final Set<String> NUMBERS = Set.of("i32", "i64", "f32", "f64");

    private static final long QUIET_32 = 0x7fc0_0000L;
    private static final long MAGNITUDE_32 = 0x7fff_ffffL;
    private static final long QUIET_64 = 0x7ff8_0000_0000_0000L;

    static SpecValue of(JsonNode value) {
        return new SpecValue(
                value.path("type").asString(""),
                value.path("value").isString() ? value.path("value").asString() : "");
    }

    /** Whether it is a number that skills can have; vectors and references are not. */
    boolean isNumber() {
        return NUMBERS.contains(type);
    }

    private boolean narrow() {
        return type.endsWith("32");
    }

    /** The bits as the engine takes them. */
    long bits() {
        return narrow() ? Integer.parseUnsignedInt(text) : Long.parseUnsignedLong(text);
    }

    /** Whether a result is this. */
    boolean matches(long result) {
        long bits = narrow() ? result & 0xffff_ffffL : result;
        return switch (text) {
            case "nan:canonical" -> narrow() ? (bits & MAGNITUDE_32) == QUIET_32 : (bits & Long.MAX_VALUE) == QUIET_64;
            case "nan:arithmetic" -> narrow() ? (bits & QUIET_32) == QUIET_32 : (bits & QUIET_64) == QUIET_64;
            default -> bits == (narrow() ? bits() & 0xffff_ffffL : bits());
        };
    }
}
