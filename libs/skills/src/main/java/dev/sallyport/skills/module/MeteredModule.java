package dev.sallyport.skills.module;

import java.util.ArrayList;
import java.util.List;

/**
 * A module that counts its own work, rewritten from one that does not. The count depends on the module and its input alone,
 * never on the machine.
 *
 * <p>Two variables are appended that the module cannot name: the fuel that is left, and whether the memory was refused to
 * grow. Each run of instructions without a branch is charged at its start, one unit for an instruction; {@code block},
 * {@code loop}, {@code else} and {@code end} are free. What works on many bytes or elements is charged one unit for each of
 * them, {@code memory.grow} 1,024 for each page that is there already. The start function is taken out, so that it can be
 * called once the fuel is there. Custom sections are left out.
 *
 * <p>Within a function the fuel is counted in a local variable, which is much faster than the module's own. It is written
 * back where another could look at it or the function ends. Whether less than nothing is left, which ends the module in a
 * trap, is asked there, at each round of a loop, and before what works on many bytes: so a call that needs more than there
 * is does not return, calls nothing and does not go on for long. After a trap of the module itself, what it has counted
 * since it was last written back is not known.
 *
 * <p>What arithmetic gives that is not a number becomes the one positive, canonical NaN, as the deterministic profile of
 * WebAssembly says. Processors, and the same one before and after a compilation, differ in which they give.
 */
public final class MeteredModule {
    private final byte[] bytes;
    private final int fuel;
    private final int start;

    private MeteredModule(byte[] bytes, int fuel, int start) {
        this.bytes = bytes;
        this.fuel = fuel;
        this.start = start;
    }

    /**
     * Rewrites a module.
     *
     * @param module one that {@link ModuleScan} accepts and that an engine has found valid; else the variables that are
     *     appended might be named by it
     */
    public static MeteredModule of(byte[] module) {
        try {
            return new Rewriting(module).rewritten();
        } catch (MalformedModuleException e) {
            throw new IllegalArgumentException("the module was not scanned before", e);
        }
    }

    /** The rewritten module. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** The index of the variable with the fuel that is left. */
    public int fuel() {
        return fuel;
    }

    /** The index of the variable that is 1 once the memory was refused to grow. */
    public int refusedGrowth() {
        return fuel + 1;
    }

    /** The index of the start function; -1 if there is none. */
    public int start() {
        return start;
    }

    private static final class Rewriting {
        private static final int PREAMBLE_BYTES = 8;
        private static final int FUNCTION = 0x60;
        private static final int NO_RESULT = 0x40;

        private final byte[] module;
        private final WasmReader in;
        private final WasmWriter out = new WasmWriter();
        private final List<Integer> parameters = new ArrayList<>();
        /** For each type, the type of a block that leaves the same results, as it is encoded. */
        private final List<byte[]> blockTypes = new ArrayList<>();

        private final List<Integer> types = new ArrayList<>();
        private int globals;
        private boolean appended;
        private int start = -1;

        Rewriting(byte[] module) {
            this.module = module;
            this.in = new WasmReader(module);
        }

        MeteredModule rewritten() throws MalformedModuleException {
            in.skip(PREAMBLE_BYTES);
            out.raw(module, 0, PREAMBLE_BYTES);
            while (!in.atEnd()) {
                int id = in.unsignedByte();
                int length = in.unsigned();
                int from = in.position();
                section(id, in.part(length), from, from + length);
            }
            appendGlobals();
            return new MeteredModule(out.toBytes(), globals, start);
        }

        private void section(int id, WasmReader section, int from, int to) throws MalformedModuleException {
            if (id > 6) {
                appendGlobals();
            }
            switch (id) {
                case 0 -> {}
                case 6 -> globals(section, from, to);
                case 8 -> start = section.unsigned();
                case 10 -> code(section);
                case 1 -> types(section, from, to);
                default -> {
                    if (id == 3) {
                        functions(section);
                    }
                    out.unsigned(id).sized(new WasmWriter().raw(module, from, to));
                }
            }
        }

        /** A type without parameters is appended for each one with several results: blocks name such types by number. */
        private void types(WasmReader section, int from, int to) throws MalformedModuleException {
            int types = section.unsigned();
            int head = to - from - section.left();
            WasmWriter appended = new WasmWriter();
            int more = 0;
            for (int i = 0; i < types; i++) {
                section.unsignedByte();
                int count = section.unsigned();
                section.skip(count);
                int results = section.unsigned();
                int start = section.position();
                section.skip(results);
                parameters.add(count);
                WasmWriter blockType = new WasmWriter();
                if (results == 0) {
                    blockType.bytes(NO_RESULT);
                } else if (results == 1) {
                    blockType.raw(module, start, start + 1);
                } else {
                    blockType.signed(types + more);
                    appended.bytes(FUNCTION, 0).unsigned(results).raw(module, start, start + results);
                    more++;
                }
                blockTypes.add(blockType.toBytes());
            }
            out.unsigned(1)
                    .sized(new WasmWriter()
                            .unsigned(types + more)
                            .raw(module, from + head, to)
                            .raw(appended.toBytes()));
        }

        private void functions(WasmReader section) throws MalformedModuleException {
            for (int left = section.unsigned(); left > 0; left--) {
                types.add(section.unsigned());
            }
        }

        /** Where the module has no globals of its own. */
        private void appendGlobals() throws MalformedModuleException {
            if (!appended) {
                globals(new WasmReader(new byte[] {0}), 0, 0);
            }
        }

        private void globals(WasmReader section, int from, int to) throws MalformedModuleException {
            globals = section.unsigned();
            int head = to - from - section.left();
            WasmWriter all = new WasmWriter().unsigned(globals + 2).raw(module, from + Math.max(head, 0), to);
            for (int i = 0; i < 2; i++) {
                all.bytes(0x7e, 1, 0x42, 0, InstructionDecoder.END);
            }
            out.unsigned(6).sized(all);
            appended = true;
        }

        private void code(WasmReader section) throws MalformedModuleException {
            int count = section.unsigned();
            WasmWriter bodies = new WasmWriter().unsigned(count);
            for (int i = 0; i < count; i++) {
                int type = types.get(i);
                bodies.sized(new MeteredBody(
                                module,
                                section.part(section.unsigned()),
                                parameters.get(type),
                                blockTypes.get(type),
                                globals)
                        .rewritten());
            }
            out.unsigned(10).sized(bodies);
        }
    }
}
