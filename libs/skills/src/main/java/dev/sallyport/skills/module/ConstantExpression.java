package dev.sallyport.skills.module;

/** The expressions that give globals and offsets their value: one constant or one global, as WebAssembly 1.0 has them. */
final class ConstantExpression {
    private ConstantExpression() {}

    static void skip(WasmReader in) throws MalformedModuleException {
        switch (in.unsignedByte()) {
            case 0x41 -> in.skipSigned(5);
            case 0x42 -> in.skipSigned(10);
            case 0x43 -> in.skip(4);
            case 0x44 -> in.skip(8);
            case 0x23 -> in.unsigned();
            default -> throw new MalformedModuleException("an initial value is no single constant");
        }
        if (in.unsignedByte() != InstructionDecoder.END) {
            throw new MalformedModuleException("an initial value is no single constant");
        }
    }
}
