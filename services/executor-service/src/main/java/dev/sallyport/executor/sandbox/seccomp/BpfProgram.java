package dev.sallyport.executor.sandbox.seccomp;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** A classic BPF program in the making (linux/filter.h): struct sock_filter {u16 code; u8 jt; u8 jf; u32 k}. */
final class BpfProgram {
    static final int LOAD_WORD_ABSOLUTE = 0x20;
    static final int JUMP_EQUAL = 0x15;
    static final int JUMP_GREATER = 0x25;
    static final int JUMP_GREATER_EQUAL = 0x35;
    static final int JUMP_BITS = 0x45;
    static final int RETURN = 0x06;

    private record Instruction(int code, int whenTrue, int whenFalse, int operand) {}

    private final List<Instruction> instructions = new ArrayList<>();

    BpfProgram load(int offset) {
        return add(new Instruction(LOAD_WORD_ABSOLUTE, 0, 0, offset));
    }

    /** Goes on with the next instruction if the condition holds, else skips one. */
    BpfProgram nextIf(int jump, int operand) {
        return add(new Instruction(jump, 0, 1, operand));
    }

    /** Skips {@code count} instructions if the condition does not hold. */
    BpfProgram skipUnless(int jump, int operand, int count) {
        return add(new Instruction(jump, 0, count, operand));
    }

    /** Skips one instruction if the condition holds. */
    BpfProgram skipIf(int jump, int operand) {
        return add(new Instruction(jump, 1, 0, operand));
    }

    BpfProgram answer(int action) {
        return add(new Instruction(RETURN, 0, 0, action));
    }

    private BpfProgram add(Instruction instruction) {
        instructions.add(instruction);
        return this;
    }

    /** The program as the kernel reads it; both architectures known here are little-endian. */
    byte[] bytes() {
        ByteBuffer buffer = ByteBuffer.allocate(8 * instructions.size()).order(ByteOrder.LITTLE_ENDIAN);
        for (Instruction each : instructions) {
            buffer.putShort((short) each.code)
                    .put((byte) each.whenTrue)
                    .put((byte) each.whenFalse)
                    .putInt(each.operand);
        }
        return buffer.array();
    }
}
