package dev.sallyport.skills.module;

/**
 * What an instruction of floating-point arithmetic leaves on the stack. If that is no number, its bits may be any of many
 * (WebAssembly core specification, section 4.3.3). What only moves bits is no arithmetic: constants, {@code abs},
 * {@code neg}, {@code copysign}, loads, {@code reinterpret}.
 */
enum FloatResult {
    /** None that could be a NaN. */
    NONE,
    /** 32 bits. */
    F32,
    /** 64 bits. */
    F64;

    private static final int FIRST_COMPARISON = 0x5b;
    private static final int LAST_COMPARISON = 0x66;
    private static final int F32_CEIL = 0x8d;
    private static final int F32_MAX = 0x97;
    private static final int F64_CEIL = 0x9b;
    private static final int F64_MAX = 0xa5;
    private static final int I32_TRUNC_FIRST = 0xa8;
    private static final int I32_TRUNC_LAST = 0xab;
    private static final int I64_TRUNC_FIRST = 0xae;
    private static final int I64_TRUNC_LAST = 0xb1;
    private static final int DEMOTE = 0xb6;
    private static final int PROMOTE = 0xbb;
    private static final int FIRST_SATURATING = 0xfc00;
    private static final int LAST_SATURATING = 0xfc07;
    private static final int DROP = 0x1a;

    static FloatResult of(int opcode) {
        if ((opcode >= F32_CEIL && opcode <= F32_MAX) || opcode == DEMOTE) {
            return F32;
        }
        return (opcode >= F64_CEIL && opcode <= F64_MAX) || opcode == PROMOTE ? F64 : NONE;
    }

    /** Whether an instruction takes a float from the top of the stack and does the same whichever NaN it is. */
    static boolean takesAnyNan(int opcode) {
        return of(opcode) != NONE
                || opcode == DROP
                || (opcode >= FIRST_COMPARISON && opcode <= LAST_COMPARISON)
                || (opcode >= I32_TRUNC_FIRST && opcode <= I32_TRUNC_LAST)
                || (opcode >= I64_TRUNC_FIRST && opcode <= I64_TRUNC_LAST)
                || (opcode >= FIRST_SATURATING && opcode <= LAST_SATURATING);
    }

    /** Writes the instruction that tells whether two of these differ; a NaN differs from itself. */
    void writeNotEqual(WasmWriter out) {
        switch (this) {
            case F32 -> out.bytes(0x5c);
            case F64 -> out.bytes(0x62);
            case NONE -> throw new IllegalStateException("there is no float");
        }
    }

    /** Writes the instruction that gives the positive canonical NaN. */
    void writeNan(WasmWriter out) {
        switch (this) {
            case F32 -> out.bytes(0x43, 0, 0, 0xc0, 0x7f);
            case F64 -> out.bytes(0x44, 0, 0, 0, 0, 0, 0, 0xf8, 0x7f);
            case NONE -> throw new IllegalStateException("there is no float");
        }
    }
}
