package dev.sallyport.skills.module;

/** The enabled types of values, by their byte in the binary format. */
final class ValueTypes {
    private ValueTypes() {}

    /** The name of the type; empty for one that is not enabled. */
    static String name(int code) {
        return switch (code) {
            case 0x7f -> "i32";
            case 0x7e -> "i64";
            case 0x7d -> "f32";
            case 0x7c -> "f64";
            default -> "";
        };
    }
}
