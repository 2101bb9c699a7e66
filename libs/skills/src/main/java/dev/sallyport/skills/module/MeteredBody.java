package dev.sallyport.skills.module;

/**
 * The rewriting of one function's body for {@link MeteredModule}. The body becomes a block of its own within the function,
 * so that every way out of it leads to what writes the fuel back.
 */
final class MeteredBody {
    private static final int LOCAL_GET = 0x20;
    private static final int LOCAL_SET = 0x21;
    private static final int LOCAL_TEE = 0x22;
    private static final int GLOBAL_GET = 0x23;
    private static final int GLOBAL_SET = 0x24;
    private static final int I32_CONST = 0x41;
    private static final int I64_CONST = 0x42;
    private static final int I32_EQ = 0x46;
    private static final int I64_LESS = 0x53;
    private static final int I64_SUBTRACT = 0x7d;
    private static final int I64_SHIFT_LEFT = 0x86;
    private static final int I64_EXTEND = 0xad;
    private static final int MEMORY_SIZE = 0x3f;
    private static final int I32 = 0x7f;
    private static final int I64 = 0x7e;
    private static final int F32 = 0x7d;
    private static final int F64 = 0x7c;
    private static final int NO_RESULT = 0x40;
    /** 1,024 units for a page of 64 KiB that growing may have to copy. */
    private static final int PAGE_SHIFT = 10;

    private final byte[] module;
    private final WasmReader in;
    private final int parameters;
    private final byte[] blockType;
    private final int fuel;
    private final WasmWriter out = new WasmWriter();
    private WasmWriter run = new WasmWriter();
    private int cost;
    /** How many blocks are open, the function's own included. */
    private int depth = 1;
    /** A local that holds a length while it is charged. */
    private int spare;
    /** The local that the fuel is counted in. */
    private int left;
    /** The result on top of the stack, if it is of arithmetic and may be some NaN. */
    private FloatResult unsettled = FloatResult.NONE;

    /**
     * @param parameters of the function
     * @param blockType of a block with the function's results, as it is encoded
     * @param fuel index of the variable with the fuel that is left
     */
    MeteredBody(byte[] module, WasmReader in, int parameters, byte[] blockType, int fuel) {
        this.module = module;
        this.in = in;
        this.parameters = parameters;
        this.blockType = blockType;
        this.fuel = fuel;
    }

    WasmWriter rewritten() throws MalformedModuleException {
        locals();
        reload(out);
        out.bytes(InstructionDecoder.BLOCK).raw(blockType);
        InstructionDecoder decoder = new InstructionDecoder(in);
        while (!in.atEnd()) {
            int from = in.position();
            int opcode = decoder.next();
            if (opcode < 0) {
                throw new MalformedModuleException("an instruction is not enabled");
            }
            instruction(opcode, from, in.position());
        }
        check(out);
        writeBack(out);
        return out.bytes(InstructionDecoder.END);
    }

    private void locals() throws MalformedModuleException {
        int groups = in.unsigned();
        int from = in.position();
        long locals = 0;
        for (int i = 0; i < groups; i++) {
            locals += in.unsignedLong();
            in.unsignedByte();
        }
        spare = parameters + (int) locals;
        left = spare + 1;
        out.unsigned(groups + 4).raw(module, from, in.position()).bytes(1, I32, 1, I64, 1, F32, 1, F64);
    }

    private void instruction(int opcode, int from, int to) {
        settle(opcode);
        unsettled = FloatResult.of(opcode);
        switch (opcode) {
            case InstructionDecoder.MEMORY_INIT,
                    InstructionDecoder.MEMORY_COPY,
                    InstructionDecoder.MEMORY_FILL,
                    InstructionDecoder.TABLE_INIT,
                    InstructionDecoder.TABLE_COPY -> {
                chargeLength();
                run.raw(module, from, to);
                cost++;
            }
            case InstructionDecoder.MEMORY_GROW -> {
                chargeGrowth();
                run.raw(module, from, to);
                noteRefusal();
                cost++;
            }
            case InstructionDecoder.CALL, InstructionDecoder.CALL_INDIRECT -> {
                check(run);
                writeBack(run);
                run.raw(module, from, to);
                reload(run);
                cost++;
            }
            case InstructionDecoder.BLOCK -> {
                run.raw(module, from, to);
                depth++;
            }
            case InstructionDecoder.LOOP -> {
                endRun();
                out.raw(module, from, to);
                depth++;
                check(out);
            }
            case InstructionDecoder.ELSE -> {
                endRun();
                out.raw(module, from, to);
            }
            case InstructionDecoder.END -> {
                endRun();
                out.raw(module, from, to);
                depth--;
            }
            case InstructionDecoder.IF -> {
                cost++;
                endRun();
                out.raw(module, from, to);
                depth++;
            }
            case InstructionDecoder.BR, InstructionDecoder.BR_IF, InstructionDecoder.BR_TABLE -> {
                cost++;
                endRun();
                out.raw(module, from, to);
            }
            // A branch to the function's own label leads to the end of the block that is now around its body.
            case InstructionDecoder.RETURN -> {
                cost++;
                endRun();
                out.bytes(InstructionDecoder.BR).unsigned(depth - 1);
            }
            case InstructionDecoder.UNREACHABLE -> {
                cost++;
                endRun();
                writeBack(out);
                out.raw(module, from, to);
            }
            default -> {
                run.raw(module, from, to);
                cost++;
            }
        }
    }

    /** Writes the instructions since the last branch, and before them what charges them. */
    private void endRun() {
        if (cost > 0) {
            out.bytes(LOCAL_GET).unsigned(left).bytes(I64_CONST).signed(cost).bytes(I64_SUBTRACT);
            out.bytes(LOCAL_SET).unsigned(left);
        }
        out.raw(run.toBytes());
        run = new WasmWriter();
        cost = 0;
    }

    /** Makes the result on top of the stack the canonical NaN if it is one and the next instruction could tell which. */
    private void settle(int next) {
        if (unsettled == FloatResult.NONE || FloatResult.takesAnyNan(next)) {
            return;
        }
        int spareFloat = unsettled == FloatResult.F32 ? left + 1 : left + 2;
        run.bytes(LOCAL_TEE).unsigned(spareFloat);
        run.bytes(LOCAL_GET).unsigned(spareFloat);
        unsettled.writeNotEqual(run);
        run.bytes(InstructionDecoder.IF, NO_RESULT);
        unsettled.writeNan(run);
        run.bytes(LOCAL_SET).unsigned(spareFloat).bytes(InstructionDecoder.END);
        run.bytes(LOCAL_GET).unsigned(spareFloat);
    }

    /** The length lies on top of the stack. */
    private void chargeLength() {
        run.bytes(LOCAL_TEE).unsigned(spare);
        run.bytes(LOCAL_GET).unsigned(left);
        run.bytes(LOCAL_GET).unsigned(spare).bytes(I64_EXTEND, I64_SUBTRACT);
        run.bytes(LOCAL_SET).unsigned(left);
        check(run);
    }

    private void chargeGrowth() {
        run.bytes(LOCAL_GET).unsigned(left);
        run.bytes(MEMORY_SIZE, 0, I64_EXTEND, I64_CONST, PAGE_SHIFT, I64_SHIFT_LEFT, I64_SUBTRACT);
        run.bytes(LOCAL_SET).unsigned(left);
        check(run);
    }

    /** The result of memory.grow lies on top of the stack; -1 is a refusal. */
    private void noteRefusal() {
        run.bytes(LOCAL_TEE).unsigned(spare);
        run.bytes(I32_CONST).signed(-1).bytes(I32_EQ, InstructionDecoder.IF, NO_RESULT);
        run.bytes(I64_CONST, 1, GLOBAL_SET).unsigned(fuel + 1).bytes(InstructionDecoder.END);
        run.bytes(LOCAL_GET).unsigned(spare);
    }

    /** Ends in a trap if less than nothing is left. */
    private void check(WasmWriter to) {
        to.bytes(LOCAL_GET).unsigned(left).bytes(I64_CONST, 0, I64_LESS, InstructionDecoder.IF, NO_RESULT);
        writeBack(to);
        to.bytes(InstructionDecoder.UNREACHABLE, InstructionDecoder.END);
    }

    private void writeBack(WasmWriter to) {
        to.bytes(LOCAL_GET).unsigned(left).bytes(GLOBAL_SET).unsigned(fuel);
    }

    private void reload(WasmWriter to) {
        to.bytes(GLOBAL_GET).unsigned(fuel).bytes(LOCAL_SET).unsigned(left);
    }
}
