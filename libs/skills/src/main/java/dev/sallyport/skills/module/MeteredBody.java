package dev.sallyport.skills.module;

/** The rewriting of one function's body for {@link MeteredModule}. */
final class MeteredBody {
    private static final int LOCAL_GET = 0x20;
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
    private static final int NO_RESULT = 0x40;
    /** 1,024 units for a page of 64 KiB that growing may have to copy. */
    private static final int PAGE_SHIFT = 10;

    private final byte[] module;
    private final WasmReader in;
    private final int parameters;
    private final int fuel;
    private final WasmWriter out = new WasmWriter();
    private WasmWriter run = new WasmWriter();
    private int cost;
    private int spare;

    MeteredBody(byte[] module, WasmReader in, int parameters, int fuel) {
        this.module = module;
        this.in = in;
        this.parameters = parameters;
        this.fuel = fuel;
    }

    WasmWriter rewritten() throws MalformedModuleException {
        locals();
        InstructionDecoder decoder = new InstructionDecoder(in);
        while (!in.atEnd()) {
            int from = in.position();
            int opcode = decoder.next();
            if (opcode < 0) {
                throw new MalformedModuleException("an instruction is not enabled");
            }
            instruction(opcode, from, in.position());
        }
        return out;
    }

    /** One local more, which holds a length while it is charged. */
    private void locals() throws MalformedModuleException {
        int groups = in.unsigned();
        int from = in.position();
        long locals = 0;
        for (int i = 0; i < groups; i++) {
            locals += in.unsignedLong();
            in.unsignedByte();
        }
        spare = parameters + (int) locals;
        out.unsigned(groups + 1).raw(module, from, in.position()).bytes(1, I32);
    }

    private void instruction(int opcode, int from, int to) {
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
            case InstructionDecoder.BLOCK -> run.raw(module, from, to);
            case InstructionDecoder.LOOP, InstructionDecoder.ELSE, InstructionDecoder.END -> endRun(from, to);
            case InstructionDecoder.IF,
                    InstructionDecoder.BR,
                    InstructionDecoder.BR_IF,
                    InstructionDecoder.BR_TABLE,
                    InstructionDecoder.RETURN,
                    InstructionDecoder.UNREACHABLE -> {
                cost++;
                endRun(from, to);
            }
            default -> {
                run.raw(module, from, to);
                cost++;
            }
        }
    }

    private void endRun(int from, int to) {
        if (cost > 0) {
            out.bytes(GLOBAL_GET).unsigned(fuel).bytes(I64_CONST).signed(cost).bytes(I64_SUBTRACT);
            setFuel(out);
        }
        out.raw(run.toBytes()).raw(module, from, to);
        run = new WasmWriter();
        cost = 0;
    }

    /** The length lies on top of the stack. */
    private void chargeLength() {
        run.bytes(LOCAL_TEE).unsigned(spare);
        run.bytes(GLOBAL_GET).unsigned(fuel);
        run.bytes(LOCAL_GET).unsigned(spare).bytes(I64_EXTEND, I64_SUBTRACT);
        setFuel(run);
    }

    private void chargeGrowth() {
        run.bytes(GLOBAL_GET).unsigned(fuel);
        run.bytes(MEMORY_SIZE, 0, I64_EXTEND, I64_CONST, PAGE_SHIFT, I64_SHIFT_LEFT, I64_SUBTRACT);
        setFuel(run);
    }

    /** The result of memory.grow lies on top of the stack; -1 is a refusal. */
    private void noteRefusal() {
        run.bytes(LOCAL_TEE).unsigned(spare);
        run.bytes(I32_CONST).signed(-1).bytes(I32_EQ, InstructionDecoder.IF, NO_RESULT);
        run.bytes(I64_CONST, 1, GLOBAL_SET).unsigned(fuel + 1).bytes(InstructionDecoder.END);
        run.bytes(LOCAL_GET).unsigned(spare);
    }

    /** Takes what lies on the stack as the fuel that is left, and ends in a trap if it is less than nothing. */
    private void setFuel(WasmWriter to) {
        to.bytes(GLOBAL_SET).unsigned(fuel).bytes(GLOBAL_GET).unsigned(fuel);
        to.bytes(I64_CONST, 0, I64_LESS, InstructionDecoder.IF, NO_RESULT);
        to.bytes(InstructionDecoder.UNREACHABLE, InstructionDecoder.END);
    }
}
