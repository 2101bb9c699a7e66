package dev.sallyport.skills.module;

/**
 * Reads instructions one by one (WebAssembly core specification, section 5.4). Enabled are those of WebAssembly 1.0, sign
 * extension, saturating conversions, several results, and bulk memory; of tables only what initialises and copies.
 */
final class InstructionDecoder {
    static final int UNREACHABLE = 0x00;
    static final int BLOCK = 0x02;
    static final int LOOP = 0x03;
    static final int IF = 0x04;
    static final int ELSE = 0x05;
    static final int END = 0x0b;
    static final int BR = 0x0c;
    static final int BR_IF = 0x0d;
    static final int BR_TABLE = 0x0e;
    static final int RETURN = 0x0f;
    static final int CALL = 0x10;
    static final int CALL_INDIRECT = 0x11;
    static final int MEMORY_GROW = 0x40;
    /** Opcodes behind the prefix 0xfc are told as 0xfc00 and their number. */
    static final int MEMORY_INIT = 0xfc08;

    static final int MEMORY_COPY = 0xfc0a;
    static final int MEMORY_FILL = 0xfc0b;
    static final int TABLE_INIT = 0xfc0c;
    static final int TABLE_COPY = 0xfc0e;

    private static final int DROP = 0x1a;
    private static final int SELECT_ONE = 0x1b;
    private static final int LOCAL_GET = 0x20;
    private static final int GLOBAL_SET = 0x24;
    private static final int FIRST_MEMORY_ACCESS = 0x28;
    private static final int LAST_MEMORY_ACCESS = 0x3e;
    private static final int MEMORY_SIZE = 0x3f;
    private static final int I32_CONST = 0x41;
    private static final int I64_CONST = 0x42;
    private static final int F32_CONST = 0x43;
    private static final int F64_CONST = 0x44;
    private static final int FIRST_NUMERIC = 0x45;
    private static final int LAST_NUMERIC = 0xc4;
    private static final int PREFIX = 0xfc;
    private static final int DATA_DROP = 0xfc09;
    private static final int ELEM_DROP = 0xfc0d;
    private static final int MOST_TARGETS = 4_096;

    private final WasmReader in;

    InstructionDecoder(WasmReader in) {
        this.in = in;
    }

    /** Reads an instruction with its immediates and tells its opcode; -1 where the next one is not enabled. */
    int next() throws MalformedModuleException {
        int opcode = in.unsignedByte();
        if (opcode == PREFIX) {
            int second = in.unsigned();
            return second > 0xff ? -1 : prefixed(PREFIX << 8 | second);
        }
        if (opcode >= FIRST_NUMERIC && opcode <= LAST_NUMERIC) {
            return opcode;
        }
        if (opcode >= FIRST_MEMORY_ACCESS && opcode <= LAST_MEMORY_ACCESS) {
            return memoryAccess() ? opcode : -1;
        }
        if (opcode >= LOCAL_GET && opcode <= GLOBAL_SET) {
            in.unsigned();
            return opcode;
        }
        switch (opcode) {
            case UNREACHABLE, 0x01, ELSE, END, RETURN, DROP, SELECT_ONE -> {}
            case BLOCK, LOOP, IF -> {
                return blockType() ? opcode : -1;
            }
            case BR, BR_IF, CALL -> in.unsigned();
            case BR_TABLE -> {
                int targets = in.unsigned();
                if (targets > MOST_TARGETS) {
                    return -1;
                }
                for (int i = 0; i <= targets; i++) {
                    in.unsigned();
                }
            }
            case CALL_INDIRECT -> {
                in.unsigned();
                return in.unsigned() == 0 ? opcode : -1;
            }
            case MEMORY_SIZE, MEMORY_GROW -> {
                return in.unsignedByte() == 0 ? opcode : -1;
            }
            case I32_CONST -> in.skipSigned(5);
            case I64_CONST -> in.skipSigned(10);
            case F32_CONST -> in.skip(4);
            case F64_CONST -> in.skip(8);
            default -> {
                return -1;
            }
        }
        return opcode;
    }

    /**
     * None, one value, or one of the first 64 types, in one byte. Other encodings name references, which are not enabled,
     * or are read differently by different readers.
     */
    private boolean blockType() throws MalformedModuleException {
        int type = in.unsignedByte();
        return type <= 0x40 || (type >= 0x7c && type <= 0x7f);
    }

    /** The alignment's bit 6 would name another memory. */
    private boolean memoryAccess() throws MalformedModuleException {
        int align = in.unsigned();
        in.unsignedLong();
        return align < 32;
    }

    private int prefixed(int opcode) throws MalformedModuleException {
        if (opcode < MEMORY_INIT) {
            return opcode;
        }
        return switch (opcode) {
            case MEMORY_INIT, TABLE_INIT -> {
                in.unsigned();
                yield in.unsignedByte() == 0 ? opcode : -1;
            }
            case DATA_DROP, ELEM_DROP -> {
                in.unsigned();
                yield opcode;
            }
            case MEMORY_COPY, TABLE_COPY -> {
                int to = in.unsignedByte();
                int from = in.unsignedByte();
                yield to == 0 && from == 0 ? opcode : -1;
            }
            case MEMORY_FILL -> in.unsignedByte() == 0 ? opcode : -1;
            default -> -1;
        };
    }
}
