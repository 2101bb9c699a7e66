package dev.sallyport.skills.module;

import dev.sallyport.skills.module.ModuleViolation.Rule;

/** Reads the bodies of functions: their locals, how deep they nest, and that every instruction is enabled. */
final class CodeScanner {
    private static final int MOST_BODY_BYTES = 64 * 1024;
    private static final int MOST_LOCALS = 1_000;
    private static final int DEEPEST = 200;

    private final Violations violations;

    CodeScanner(Violations violations) {
        this.violations = violations;
    }

    /** Reads one body; the number is the function's index. */
    void body(int function, WasmReader in) throws MalformedModuleException {
        if (in.left() > MOST_BODY_BYTES) {
            violations.add(Rule.BOUNDED, "function " + function + " is longer than " + MOST_BODY_BYTES + " bytes");
            return;
        }
        if (locals(function, in)) {
            instructions(function, in);
        }
    }

    private boolean locals(int function, WasmReader in) throws MalformedModuleException {
        int groups = in.unsigned();
        long locals = 0;
        for (int i = 0; i < groups; i++) {
            locals += in.unsignedLong();
            if (ValueTypes.name(in.unsignedByte()).isEmpty()) {
                violations.add(Rule.ENABLED, "function " + function + " has locals of a type that is not enabled");
                return false;
            }
        }
        if (locals > MOST_LOCALS) {
            violations.add(Rule.BOUNDED, "function " + function + " has more than " + MOST_LOCALS + " locals");
        }
        return true;
    }

    private void instructions(int function, WasmReader in) throws MalformedModuleException {
        InstructionDecoder decoder = new InstructionDecoder(in);
        int depth = 1;
        while (depth > 0) {
            int at = in.position();
            int opcode = decoder.next();
            if (opcode < 0) {
                violations.add(
                        Rule.ENABLED,
                        "function " + function + " has an instruction at byte " + at + " that is not enabled");
                return;
            }
            switch (opcode) {
                case InstructionDecoder.BLOCK, InstructionDecoder.LOOP, InstructionDecoder.IF -> depth++;
                case InstructionDecoder.END -> depth--;
                default -> {}
            }
            if (depth > DEEPEST) {
                violations.add(Rule.BOUNDED, "function " + function + " nests deeper than " + DEEPEST + " blocks");
                return;
            }
        }
        in.expectEnd("the body of function " + function);
    }
}
