package dev.sallyport.skills.module;

import dev.sallyport.skills.manifest.SkillAbi;
import dev.sallyport.skills.manifest.SkillManifest;
import dev.sallyport.skills.module.ModuleViolation.Rule;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One reading of one module, section by section (WebAssembly core specification, section 5.5). */
final class ModuleScanner {
    private static final byte[] PREAMBLE = {0, 'a', 's', 'm', 1, 0, 0, 0};
    private static final int CUSTOM = 0;
    private static final int DATA_COUNT = 12;
    private static final int CODE = 10;

    private static final int FUNCTION = 0;
    private static final int TABLE = 1;
    private static final int MEMORY = 2;
    private static final int GLOBAL = 3;
    private static final int KINDS = 4;

    private static final int MOST_TYPES = 2_000;
    private static final int MOST_PARAMETERS = 64;
    private static final int MOST_RESULTS = 16;
    private static final int MOST_IMPORTS = 64;
    private static final int MOST_FUNCTIONS = 20_000;
    private static final int MOST_TABLE_ELEMENTS = 10_000;
    private static final int MOST_GLOBALS = 1_000;
    private static final int MOST_EXPORTS = 128;
    private static final int MOST_SEGMENTS = 10_000;
    private static final int MOST_CUSTOM_SECTIONS = 64;
    private static final int LONGEST_NAME = 128;

    private static final Map<SkillAbi, Map<String, FunctionType>> EXPORTED = Map.of(
            SkillAbi.SKILL_JSON,
            Map.of("skill_alloc", FunctionType.of("i32 -> i32"), "skill_call", FunctionType.of("i32 i32 i32 -> i64")),
            SkillAbi.WASI_COMMAND,
            Map.of("_start", FunctionType.of("->")));

    private final byte[] bytes;
    private final SkillManifest manifest;
    private final Violations violations = new Violations();
    private final Set<HostFunction> imports = EnumSet.noneOf(HostFunction.class);
    private final List<FunctionType> types = new ArrayList<>();
    private final List<FunctionType> functions = new ArrayList<>();
    private final Map<String, Integer> exportedFunctions = new HashMap<>();
    /** How many functions, tables, memories and globals there are, imported ones too. */
    private final int[] defined = new int[KINDS];

    private boolean memoryExported;
    private int memories;
    private int memoryPages;
    private int ownFunctions;
    private int bodies;
    private int customSections;

    ModuleScanner(byte[] bytes, SkillManifest manifest) {
        this.bytes = bytes;
        this.manifest = manifest;
    }

    ModuleScan scan() {
        if (bytes.length > ModuleScan.MAX_BYTES) {
            violations.add(Rule.BOUNDED, "the module is larger than " + ModuleScan.MAX_BYTES + " bytes");
            return result();
        }
        try {
            sections();
            end();
        } catch (MalformedModuleException e) {
            violations.add(Rule.WELL_FORMED, e.detail());
        }
        return result();
    }

    private ModuleScan result() {
        return new ModuleScan(violations.all(), imports, memoryPages);
    }

    private void sections() throws MalformedModuleException {
        WasmReader in = new WasmReader(bytes);
        for (byte expected : PREAMBLE) {
            if (in.atEnd() || in.unsignedByte() != expected) {
                throw new MalformedModuleException("it is no WebAssembly module of version 1");
            }
        }
        int last = 0;
        while (!in.atEnd()) {
            int id = in.unsignedByte();
            WasmReader section = in.part(in.unsigned());
            if (id == CUSTOM) {
                section.name();
                violations.bound("custom sections", ++customSections, MOST_CUSTOM_SECTIONS);
            } else {
                int rank = rank(id);
                if (rank <= last) {
                    throw new MalformedModuleException("section " + id + " is unknown, repeated or out of order");
                }
                last = rank;
                section(id, section);
                section.expectEnd("section " + id);
            }
        }
    }

    /** The order of sections: the count of data segments lies before the code. */
    private static int rank(int id) {
        if (id == DATA_COUNT) {
            return 2 * CODE - 1;
        }
        return id > CODE + 1 ? 0 : 2 * id;
    }

    private void section(int id, WasmReader in) throws MalformedModuleException {
        switch (id) {
            case 1 -> types(in);
            case 2 -> imports(in);
            case 3 -> functions(in);
            case 4 -> tables(in);
            case 5 -> memories(in);
            case 6 -> globals(in);
            case 7 -> exports(in);
            case 8 -> in.unsigned();
            case 9 -> elements(in);
            case CODE -> code(in);
            case 11 -> data(in);
            case DATA_COUNT -> in.unsigned();
            default -> throw new MalformedModuleException("section " + id + " is unknown");
        }
    }

    private void types(WasmReader in) throws MalformedModuleException {
        int count = in.unsigned();
        violations.bound("types", count, MOST_TYPES);
        for (int i = 0; i < count; i++) {
            if (in.unsignedByte() != 0x60) {
                throw new MalformedModuleException("type " + i + " is no type of a function");
            }
            List<String> parameters = valueTypes(in, "parameters of type " + i, MOST_PARAMETERS);
            types.add(new FunctionType(parameters, valueTypes(in, "results of type " + i, MOST_RESULTS)));
        }
    }

    private List<String> valueTypes(WasmReader in, String what, int most) throws MalformedModuleException {
        int count = in.unsigned();
        violations.bound(what, count, most);
        List<String> found = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            found.add(valueType(in, what));
        }
        return found;
    }

    private String valueType(WasmReader in, String what) throws MalformedModuleException {
        String type = ValueTypes.name(in.unsignedByte());
        if (type.isEmpty()) {
            violations.add(Rule.ENABLED, what + ": only i32, i64, f32 and f64 are values");
            // How long another type's encoding is, is not known.
            throw new MalformedModuleException(what + " cannot be read further");
        }
        return type;
    }

    private void imports(WasmReader in) throws MalformedModuleException {
        int count = in.unsigned();
        violations.bound("imports", count, MOST_IMPORTS);
        for (int i = 0; i < count; i++) {
            String module = in.name();
            String name = in.name();
            String shown = shown(module) + "." + shown(name);
            int kind = in.unsignedByte();
            if (kind < KINDS) {
                defined[kind]++;
            }
            if (kind != FUNCTION) {
                violations.add(
                        Rule.KNOWN_IMPORT, shown + " is a table, a memory, a global or a tag; only functions are");
                skipImport(in, kind);
                continue;
            }
            FunctionType type = type(in.unsigned());
            functions.add(type);
            if (manifest.abi() == SkillAbi.WASI_COMMAND) {
                wasiImport(module.equals(WasiFunction.MODULE) ? name : "", shown, type);
                continue;
            }
            HostFunction function =
                    module.equals(HostFunction.MODULE) ? HostFunction.find(name).orElse(null) : null;
            if (function == null) {
                violations.add(Rule.KNOWN_IMPORT, shown + " is no function of the host");
            } else if (!function.type().equals(type)) {
                violations.add(Rule.IMPORT_TYPE, shown + " is " + function.type() + ", not " + type);
            } else if (!function.capability()
                    .map(manifest.capabilities().kinds()::contains)
                    .orElse(true)) {
                violations.add(
                        Rule.IMPORT_REQUESTED,
                        shown + " needs a capability that the manifest does not ask for: "
                                + function.capability().orElseThrow().wire());
            } else {
                imports.add(function);
            }
        }
    }

    private void wasiImport(String name, String shown, FunctionType type) {
        WasiFunction function = WasiFunction.find(name).orElse(null);
        if (function == null) {
            violations.add(Rule.KNOWN_IMPORT, shown + " is no function of the host for programs");
        } else if (!function.type().equals(type)) {
            violations.add(Rule.IMPORT_TYPE, shown + " is " + function.type() + ", not " + type);
        }
    }

    private void skipImport(WasmReader in, int kind) throws MalformedModuleException {
        switch (kind) {
            case TABLE -> {
                in.unsignedByte();
                limits(in);
            }
            case MEMORY -> limits(in);
            case GLOBAL -> in.skip(2);
            default -> throw new MalformedModuleException("an import is of an unknown kind");
        }
    }

    private FunctionType type(int index) throws MalformedModuleException {
        if (index >= types.size()) {
            throw new MalformedModuleException("there is no type " + index);
        }
        return types.get(index);
    }

    private void functions(WasmReader in) throws MalformedModuleException {
        ownFunctions = in.unsigned();
        violations.bound("functions", ownFunctions, MOST_FUNCTIONS);
        for (int i = 0; i < ownFunctions; i++) {
            functions.add(type(in.unsigned()));
        }
        defined[FUNCTION] += ownFunctions;
    }

    private void tables(WasmReader in) throws MalformedModuleException {
        int tables = in.unsigned();
        defined[TABLE] += tables;
        if (tables > 1) {
            violations.add(Rule.ONE_TABLE, "there are " + tables + " tables");
        }
        for (int i = 0; i < tables; i++) {
            if (in.unsignedByte() != 0x70) {
                violations.add(Rule.ENABLED, "a table holds something else than functions");
                throw new MalformedModuleException("a table cannot be read further");
            }
            if (limits(in).least() > MOST_TABLE_ELEMENTS) {
                violations.add(Rule.ONE_TABLE, "a table has more than " + MOST_TABLE_ELEMENTS + " elements");
            }
        }
    }

    /** The least of a memory or table, and whether it has the flags that every one may have: none, or a maximum. */
    private record Limits(long least, boolean plain) {}

    private static Limits limits(WasmReader in) throws MalformedModuleException {
        int flags = in.unsignedByte();
        if (flags > 7) {
            throw new MalformedModuleException("limits have unknown flags");
        }
        long least = in.unsignedLong();
        if ((flags & 1) != 0) {
            in.unsignedLong();
        }
        return new Limits(least, flags <= 1);
    }

    private void memories(WasmReader in) throws MalformedModuleException {
        memories = in.unsigned();
        defined[MEMORY] += memories;
        for (int i = 0; i < memories; i++) {
            Limits limits = limits(in);
            int most = manifest.limits().memoryPages();
            if (!limits.plain()) {
                violations.add(Rule.ONE_MEMORY, "the memory is shared or has 64-bit addresses");
            }
            if (limits.least() > most) {
                violations.add(
                        Rule.ONE_MEMORY,
                        "the memory starts with " + limits.least() + " pages; memory_pages of the manifest is " + most);
            }
            memoryPages = (int) Math.min(limits.least(), Integer.MAX_VALUE);
        }
    }

    private void globals(WasmReader in) throws MalformedModuleException {
        int count = in.unsigned();
        violations.bound("globals", count, MOST_GLOBALS);
        defined[GLOBAL] += count;
        for (int i = 0; i < count; i++) {
            valueType(in, "global " + i);
            if (in.unsignedByte() > 1) {
                throw new MalformedModuleException("global " + i + " is neither constant nor variable");
            }
            ConstantExpression.skip(in);
        }
    }

    private void exports(WasmReader in) throws MalformedModuleException {
        int count = in.unsigned();
        violations.bound("exports", count, MOST_EXPORTS);
        Set<String> names = new HashSet<>();
        for (int i = 0; i < count; i++) {
            String name = in.name();
            int kind = in.unsignedByte();
            int index = in.unsigned();
            // Engines differ in which one they call, and ours validates none.
            if (!names.add(name)) {
                throw new MalformedModuleException("two exports are called " + shown(name));
            }
            if (name.length() > LONGEST_NAME) {
                violations.add(Rule.BOUNDED, "an export has a name of more than " + LONGEST_NAME + " characters");
            }
            if (kind >= KINDS) {
                violations.add(Rule.ENABLED, "an export is a tag or of an unknown kind");
            } else if (index >= defined[kind]) {
                // The engine asks only where somebody reads the export.
                violations.add(Rule.WELL_FORMED, "the export " + shown(name) + " names what is not there");
            } else if (kind == FUNCTION) {
                exportedFunctions.put(name, index);
            } else if (kind == MEMORY && name.equals("memory") && index == 0) {
                memoryExported = true;
            }
        }
    }

    private void elements(WasmReader in) throws MalformedModuleException {
        int count = in.unsigned();
        violations.bound("element segments", count, MOST_SEGMENTS);
        long total = 0;
        for (int i = 0; i < count; i++) {
            int form = in.unsigned();
            if (form > 3) {
                violations.add(Rule.ENABLED, "element segment " + i + " holds expressions instead of functions");
                throw new MalformedModuleException("element segments cannot be read further");
            }
            if ((form & 1) == 0) {
                if (form == 2) {
                    in.unsigned();
                }
                ConstantExpression.skip(in);
            }
            if (form != 0 && in.unsignedByte() != 0) {
                throw new MalformedModuleException("element segment " + i + " is of an unknown kind");
            }
            int functionsInIt = in.unsigned();
            total += functionsInIt;
            violations.bound("elements", total, MOST_TABLE_ELEMENTS);
            for (int j = 0; j < functionsInIt; j++) {
                in.unsigned();
            }
        }
    }

    private void code(WasmReader in) throws MalformedModuleException {
        bodies = in.unsigned();
        int imported = functions.size() - ownFunctions;
        CodeScanner scanner = new CodeScanner(violations);
        for (int i = 0; i < bodies; i++) {
            scanner.body(imported + i, in.part(in.unsigned()));
        }
    }

    private void data(WasmReader in) throws MalformedModuleException {
        int count = in.unsigned();
        violations.bound("data segments", count, MOST_SEGMENTS);
        for (int i = 0; i < count; i++) {
            int form = in.unsigned();
            switch (form) {
                case 0 -> ConstantExpression.skip(in);
                case 1 -> {}
                case 2 -> {
                    in.unsigned();
                    ConstantExpression.skip(in);
                }
                default -> throw new MalformedModuleException("data segment " + i + " is of an unknown kind");
            }
            in.skip(in.unsigned());
        }
    }

    /** What only the whole module shows. */
    private void end() throws MalformedModuleException {
        if (bodies != ownFunctions) {
            throw new MalformedModuleException("there are " + ownFunctions + " functions but " + bodies + " bodies");
        }
        if (memories != 1) {
            violations.add(Rule.ONE_MEMORY, "there are " + memories + " memories");
        }
        if (!memoryExported) {
            violations.add(Rule.EXPORTED, "the memory is not exported as memory");
        }
        EXPORTED.getOrDefault(manifest.abi(), Map.of()).entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(expected -> {
                    Integer index = exportedFunctions.get(expected.getKey());
                    if (index == null) {
                        violations.add(Rule.EXPORTED, "no function is exported as " + expected.getKey());
                    } else if (!functions.get(index).equals(expected.getValue())) {
                        violations.add(Rule.EXPORTED, expected.getKey() + " must be " + expected.getValue());
                    }
                });
    }

    /** A name from the module, short and visible. */
    private static String shown(String name) {
        String visible = name.replaceAll("[^!-~]", "?");
        return visible.length() <= LONGEST_NAME ? visible : visible.substring(0, LONGEST_NAME) + "...";
    }
}
