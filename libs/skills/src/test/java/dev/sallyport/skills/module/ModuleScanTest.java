package dev.sallyport.skills.module;

import static dev.sallyport.skills.module.ModuleBytes.bytes;
import static dev.sallyport.skills.module.ModuleBytes.imported;
import static dev.sallyport.skills.module.ModuleBytes.joined;
import static dev.sallyport.skills.module.ModuleBytes.name;
import static dev.sallyport.skills.module.ModuleBytes.number;
import static dev.sallyport.skills.module.ModuleBytes.plain;
import static dev.sallyport.skills.module.ModuleBytes.repeated;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.skills.SampleManifest;
import dev.sallyport.skills.SkillRefusedException;
import dev.sallyport.skills.module.ModuleViolation.Rule;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Hostile modules, each beside one that stays within the rule that it breaks. */
class ModuleScanTest {
    private static final int[] END = {0x0b};
    private static final int[] NO_LOCALS = {0};
    private static final int[] I64 = {0x42, 0};

    static Stream<Arguments> acceptedModules() {
        return Stream.of(
                Arguments.of("the plain one", plain()),
                Arguments.of("a custom section", plain().section(0, joined(name("name"), new int[] {1, 2, 3}))),
                Arguments.of("an export of its table", exporting(plain().section(4, 1, 0x70, 0, 2), 1, 0)),
                Arguments.of("an export of a variable", exporting(plain().section(6, 1, 0x7f, 1, 0x41, 1, 0x0b), 3, 0)),
                Arguments.of("an export of its memory by another name", exporting(plain(), 2, 0)),
                Arguments.of("an export of another function", exporting(plain(), 0, 1)),
                Arguments.of("a table", plain().section(4, joined(new int[] {1, 0x70, 0}, number(10_000)))),
                Arguments.of("a memory with a maximum", plain().section(5, 1, 1, 1, 2)),
                Arguments.of("as many pages as the manifest says", plain().section(5, 1, 0, 16)),
                Arguments.of("variables", plain().section(6, 2, 0x7f, 1, 0x41, 1, 0x0b, 0x7e, 0, 0x42, 1, 0x0b)),
                Arguments.of(
                        "a start function",
                        plain().section(3, 3, 0, 1, 2)
                                .section(8, 2)
                                .section(10, 3, 4, 0, 0x41, 0, 0x0b, 4, 0, 0x42, 0, 0x0b, 2, 0, 0x0b)),
                Arguments.of("an import that every module may have", imports("log", 3, 0x7f, 0x7f, 0x7f, 0)),
                Arguments.of("an import that the manifest asks for", imports("now_ms", 0, 1, 0x7e)),
                Arguments.of(
                        "elements of the table",
                        plain().section(4, 1, 0x70, 0, 2).section(9, 1, 0, 0x41, 0, 0x0b, 2, 0, 1)),
                Arguments.of(
                        "data, active and passive",
                        plain().section(12, 2).section(11, 2, 0, 0x41, 0, 0x0b, 1, 7, 1, 1, 7)),
                Arguments.of(
                        "as many locals as there may be",
                        body(joined(new int[] {1}, number(1_000), new int[] {0x7f}), I64)),
                Arguments.of("as deep as it may be", body(NO_LOCALS, nested(199), I64)),
                Arguments.of("as long as it may be", body(NO_LOCALS, repeated(65_536 - 4, 0x01), I64)),
                Arguments.of(
                        "blocks without a value, with one, and of a type",
                        body(
                                NO_LOCALS,
                                new int[] {0x02, 0x40, 0x0b, 0x02, 0x7f, 0x41, 1, 0x0b, 0x1a, 0x02, 0x00, 0x0b},
                                I64)),
                Arguments.of("sign extension", body(NO_LOCALS, new int[] {0x41, 1, 0xc0, 0x1a}, I64)),
                Arguments.of(
                        "a saturating conversion", body(NO_LOCALS, new int[] {0x43, 0, 0, 0, 0, 0xfc, 0, 0x1a}, I64)),
                Arguments.of(
                        "copying memory", body(NO_LOCALS, new int[] {0x41, 0, 0x41, 0, 0x41, 0, 0xfc, 10, 0, 0}, I64)),
                Arguments.of("a branch table", body(NO_LOCALS, branchTable(4_096), I64)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void acceptedModules(String name, ModuleBytes module) throws SkillRefusedException {
        assertThat(scan(module.toBytes()).violations()).as(name).isEmpty();
    }

    static Stream<Arguments> refusedModules() {
        return Stream.of(
                refused("nothing", Rule.WELL_FORMED),
                refused("text", Rule.WELL_FORMED, '(', 'm', 'o', 'd', 'u', 'l', 'e', ')'),
                refused("another version", Rule.WELL_FORMED, 0, 'a', 's', 'm', 2, 0, 0, 0),
                refused("a component", Rule.WELL_FORMED, 0, 'a', 's', 'm', 0x0d, 0, 1, 0),
                refused("an unknown section", Rule.WELL_FORMED, plain().section(14, 0)),
                refused("a section of tags", Rule.WELL_FORMED, plain().section(13, 0)),
                refused("a section that is longer than its content", Rule.WELL_FORMED, plain().section(6, 0, 0)),
                refused("more types than are there", Rule.WELL_FORMED, plain().section(1, 4, 0x60, 0, 0)),
                refused("a number of six bytes", Rule.WELL_FORMED, plain().section(6, 0x80, 0x80, 0x80, 0x80, 0x80, 0)),
                refused("a number of 33 bits", Rule.WELL_FORMED, plain().section(6, 0xff, 0xff, 0xff, 0xff, 0x1f)),
                refused(
                        "a number of 32 bits as a count",
                        Rule.WELL_FORMED,
                        plain().section(6, 0xff, 0xff, 0xff, 0xff, 0x0f)),
                refused("a name that is not UTF-8", Rule.WELL_FORMED, plain().section(0, 1, 0xff)),
                refused("a name beyond its section", Rule.WELL_FORMED, plain().section(0, 100, 'a')),
                refused("a function of no type", Rule.WELL_FORMED, plain().section(3, 2, 0, 9)),
                refused("fewer bodies than functions", Rule.WELL_FORMED, plain().section(3, 3, 0, 1, 2)),
                refused("bodies without functions", Rule.WELL_FORMED, plain().without(3)),
                refused("no code", Rule.WELL_FORMED, plain().without(10)),
                refused("a body that ends early", Rule.WELL_FORMED, plain().body(0, 0x42)),
                refused("a body without its end", Rule.WELL_FORMED, plain().body(0, 0x42, 0)),
                refused("a body that goes on behind its end", Rule.WELL_FORMED, plain().body(0, 0x42, 0, 0x0b, 0x01)),
                refused(
                        "an initial value that computes",
                        Rule.WELL_FORMED,
                        plain().section(6, 1, 0x7f, 0, 0x41, 1, 0x41, 1, 0x6a, 0x0b)),
                refused("data beyond its section", Rule.WELL_FORMED, plain().section(11, 1, 1, 100, 1)),
                refused("types of structures", Rule.WELL_FORMED, plain().section(1, 1, 0x5f, 0)),
                refused("millions of types", Rule.BOUNDED, plain().section(1, number(100_000_000))),
                refused("millions of functions", Rule.BOUNDED, plain().section(3, number(100_000_000))),
                refused("millions of variables", Rule.BOUNDED, plain().section(6, number(100_000_000))),
                refused("millions of exports", Rule.BOUNDED, plain().section(7, number(100_000_000))),
                refused("millions of imports", Rule.BOUNDED, plain().section(2, number(100_000_000))),
                refused(
                        "millions of elements",
                        Rule.BOUNDED,
                        plain().section(9, joined(new int[] {1, 0, 0x41, 0, 0x0b}, number(100_000_000)))),
                refused("millions of element segments", Rule.BOUNDED, plain().section(9, number(100_000_000))),
                refused("millions of data segments", Rule.BOUNDED, plain().section(11, number(100_000_000))),
                refused(
                        "one function too many",
                        Rule.BOUNDED,
                        plain().section(3, joined(number(20_001), repeated(20_001, 0)))),
                refused(
                        "one export too many",
                        Rule.BOUNDED,
                        plain().section(
                                        7,
                                        joined(
                                                number(129),
                                                IntStream.range(0, 129)
                                                        .flatMap(each ->
                                                                IntStream.of(2, 'a' + each / 16, 'a' + each % 16, 0, 0))
                                                        .toArray()))),
                refused(
                        "two exports of one name",
                        Rule.WELL_FORMED,
                        plain().section(7, joined(new int[] {2}, repeated(2, 1, 'a', 0, 0)))),
                refused("an export of a table that is not there", Rule.WELL_FORMED, exporting(plain(), 1, 0)),
                refused("an export of a second memory", Rule.WELL_FORMED, exporting(plain(), 2, 1)),
                refused(
                        "an export of a variable that is not there",
                        Rule.WELL_FORMED,
                        exporting(plain().section(6, 1, 0x7f, 1, 0x41, 1, 0x0b), 3, 1)),
                refused("an export of a function that is not there", Rule.WELL_FORMED, exporting(plain(), 0, 2)),
                refused("a long name of an export", Rule.BOUNDED, plain().section(7, longExport())),
                refused(
                        "65 parameters",
                        Rule.BOUNDED,
                        plain().section(1, joined(new int[] {1, 0x60, 65}, repeated(65, 0x7f)))),
                refused("a body that is too long", Rule.BOUNDED, body(NO_LOCALS, repeated(65_536 - 3, 0x01), I64)),
                refused(
                        "1,001 locals",
                        Rule.BOUNDED,
                        body(joined(new int[] {1}, number(1_001), new int[] {0x7f}), I64)),
                refused(
                        "locals in many groups",
                        Rule.BOUNDED,
                        body(joined(number(1_001), repeated(1_001, 1, 0x7f)), I64)),
                refused(
                        "four billion locals",
                        Rule.BOUNDED,
                        body(new int[] {1, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x7f}, I64)),
                refused("nesting that is too deep", Rule.BOUNDED, body(NO_LOCALS, nested(200), I64)),
                refused("no memory", Rule.ONE_MEMORY, plain().without(5)),
                refused("two memories", Rule.ONE_MEMORY, plain().section(5, 2, 0, 1, 0, 1)),
                refused("a memory that starts too large", Rule.ONE_MEMORY, plain().section(5, 1, 0, 17)),
                refused("a memory that starts with 4 GiB", Rule.ONE_MEMORY, plain().section(5, 1, 0, 0x80, 0x80, 4)),
                refused("a shared memory", Rule.ONE_MEMORY, plain().section(5, 1, 3, 1, 2)),
                refused("a memory of 64 bits", Rule.ONE_MEMORY, plain().section(5, 1, 4, 1)),
                refused("two tables", Rule.ONE_TABLE, plain().section(4, 2, 0x70, 0, 1, 0x70, 0, 1)),
                refused(
                        "a table that is too large",
                        Rule.ONE_TABLE,
                        plain().section(4, joined(new int[] {1, 0x70, 0}, number(10_001)))),
                refused(
                        "a table of ten million",
                        Rule.ONE_TABLE,
                        plain().section(4, joined(new int[] {1, 0x70, 0}, number(10_000_000)))),
                refused("a table of other references", Rule.ENABLED, plain().section(4, 1, 0x6f, 0, 1)),
                refused(
                        "an import from elsewhere",
                        Rule.KNOWN_IMPORT,
                        plain().section(2, imported("wasi_snapshot_preview1", "fd_write", 0))
                                .section(7, ModuleBytes.exports(1))),
                refused(
                        "an import by another name",
                        Rule.KNOWN_IMPORT,
                        plain().section(2, imported("skill1", "log ", 0)).section(7, ModuleBytes.exports(1))),
                refused(
                        "an imported memory",
                        Rule.KNOWN_IMPORT,
                        plain().section(2, joined(new int[] {1}, name("skill1"), name("memory"), new int[] {2, 0, 1}))),
                refused(
                        "an imported table",
                        Rule.KNOWN_IMPORT,
                        plain().section(2, joined(new int[] {1}, name("skill1"), name("t"), new int[] {1, 0x70, 0, 1
                        }))),
                refused(
                        "an imported variable",
                        Rule.KNOWN_IMPORT,
                        plain().section(2, joined(new int[] {1}, name("skill1"), name("g"), new int[] {3, 0x7f, 0}))),
                refused("an import of another type", Rule.IMPORT_TYPE, imports("log", 2, 0x7f, 0x7f, 0)),
                refused(
                        "an import of which the manifest says nothing",
                        Rule.IMPORT_REQUESTED,
                        imports("random", 2, 0x7f, 0x7f, 1, 0x7f)),
                refused(
                        "writing where the manifest asks to read",
                        Rule.IMPORT_REQUESTED,
                        imports("fs_write", 4, 0x7f, 0x7f, 0x7f, 0x7f, 1, 0x7f)),
                refused("no exports", Rule.EXPORTED, plain().without(7)),
                refused("exports of each other's type", Rule.EXPORTED, plain().section(3, 2, 1, 0)),
                refused(
                        "exports of functions that are not there",
                        Rule.EXPORTED,
                        plain().section(7, ModuleBytes.exports(5))),
                refused("values of 128 bits", Rule.ENABLED, plain().section(1, 1, 0x60, 1, 0x7b, 0)),
                refused("references as values", Rule.ENABLED, plain().section(1, 1, 0x60, 1, 0x70, 0)),
                refused("locals of 128 bits", Rule.ENABLED, body(new int[] {1, 1, 0x7b}, I64)),
                refused("elements by expressions", Rule.ENABLED, plain().section(9, 1, 4, 0x41, 0, 0x0b, 0)),
                refused("vectors", Rule.ENABLED, body(NO_LOCALS, new int[] {0xfd, 12}, I64)),
                refused("threads", Rule.ENABLED, body(NO_LOCALS, new int[] {0xfe, 0, 2, 0}, I64)),
                refused("garbage collection", Rule.ENABLED, body(NO_LOCALS, new int[] {0xfb, 1, 0}, I64)),
                refused("a tail call", Rule.ENABLED, body(NO_LOCALS, new int[] {0x12, 0}, I64)),
                refused("an indirect tail call", Rule.ENABLED, body(NO_LOCALS, new int[] {0x13, 0, 0}, I64)),
                refused("catching exceptions", Rule.ENABLED, body(NO_LOCALS, new int[] {0x06, 0x40}, I64)),
                refused(
                        "catching exceptions of the later form",
                        Rule.ENABLED,
                        body(NO_LOCALS, new int[] {0x1f, 0x40, 0}, I64)),
                refused("throwing", Rule.ENABLED, body(NO_LOCALS, new int[] {0x08, 0}, I64)),
                refused("a reference to nothing", Rule.ENABLED, body(NO_LOCALS, new int[] {0xd0, 0x70}, I64)),
                refused("a reference to a function", Rule.ENABLED, body(NO_LOCALS, new int[] {0xd2, 0}, I64)),
                refused(
                        "a block of a reference, which takes one more number to name",
                        Rule.ENABLED,
                        body(NO_LOCALS, new int[] {0x02, 0x63, 0x0e, 0x0b}, I64)),
                refused("a block of a function", Rule.ENABLED, body(NO_LOCALS, new int[] {0x03, 0x70, 0x0b}, I64)),
                refused(
                        "a block's type in more bytes than it takes",
                        Rule.ENABLED,
                        body(NO_LOCALS, new int[] {0x04, 0xe3, 0x00, 0x0b}, I64)),
                refused("selecting references", Rule.ENABLED, body(NO_LOCALS, new int[] {0x1c, 1, 0x7f}, I64)),
                refused("writing to a table", Rule.ENABLED, body(NO_LOCALS, new int[] {0x26, 0}, I64)),
                refused("growing a table", Rule.ENABLED, body(NO_LOCALS, new int[] {0xfc, 15, 0}, I64)),
                refused("filling a table", Rule.ENABLED, body(NO_LOCALS, new int[] {0xfc, 17, 0}, I64)),
                refused(
                        "an unknown instruction of several bytes",
                        Rule.ENABLED,
                        body(NO_LOCALS, joined(new int[] {0xfc}, number(0xfffff)), I64)),
                refused("an unknown instruction", Rule.ENABLED, body(NO_LOCALS, new int[] {0xff}, I64)),
                refused("reading a second memory", Rule.ENABLED, body(NO_LOCALS, new int[] {0x28, 0x42, 1, 0}, I64)),
                refused("growing a second memory", Rule.ENABLED, body(NO_LOCALS, new int[] {0x40, 1}, I64)),
                refused("calling through a second table", Rule.ENABLED, body(NO_LOCALS, new int[] {0x11, 0, 1}, I64)),
                refused("a branch table that is too long", Rule.ENABLED, body(NO_LOCALS, branchTable(4_097), I64)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refusedModules(String name, Rule rule, byte[] module) throws SkillRefusedException {
        assertThat(scan(module).violations())
                .as(name)
                .extracting(ModuleViolation::rule)
                .contains(rule);
    }

    @Test
    void everyViolationIsToldAtOnce() throws SkillRefusedException {
        byte[] module = plain().section(2, imported("env", "system", 2))
                .section(7, joined(new int[] {2}, name("memory"), new int[] {2, 0}, name("skill_call"), new int[] {0, 2
                }))
                .section(5, 2, 0, 1, 0, 99)
                .section(10, joined(new int[] {2, 4, 0, 0xfd, 0, 0x0b}, number(4), new int[] {0, 0xfe, 0, 0x0b}))
                .toBytes();

        assertThat(scan(module).violations())
                .extracting(ModuleViolation::rule)
                .containsExactly(
                        Rule.KNOWN_IMPORT, Rule.ONE_MEMORY, Rule.ENABLED, Rule.ENABLED, Rule.ONE_MEMORY, Rule.EXPORTED);
    }

    @Test
    void noPartOfAModuleIsAModule() throws SkillRefusedException {
        byte[] module = imports("now_ms", 0, 1, 0x7e)
                .section(11, 1, 0, 0x41, 0, 0x0b, 1, 7)
                .toBytes();

        assertThat(scan(module).accepted()).isTrue();
        for (int length = 0; length < module.length; length++) {
            // Cut between sections, what is left may still be a module: one without its data.
            byte[] part = Arrays.copyOf(module, length);
            boolean withoutData = length == module.length - 13;
            assertThat(scan(part).accepted()).as("first " + length + " bytes").isEqualTo(withoutData);
        }
    }

    @Test
    void aModuleThatIsTooLongIsNotRead() throws SkillRefusedException {
        assertThat(scan(new byte[ModuleScan.MAX_BYTES + 1]).violations())
                .containsExactly(new ModuleViolation(Rule.BOUNDED, "the module is larger than 8388608 bytes"));
    }

    @Test
    void aMessageRepeatsNamesVisiblyAndBriefly() throws SkillRefusedException {
        String name = "\u001b[2J" + "a".repeat(100);
        byte[] module = plain().section(2, imported(name, "b\nc", 0))
                .section(7, ModuleBytes.exports(1))
                .toBytes();

        assertThat(scan(module).violations())
                .singleElement()
                .extracting(ModuleViolation::detail)
                .isEqualTo("?[2J" + "a".repeat(100) + ".b?c is no function of the host");
    }

    @Test
    void whatIsImportedIsTold() throws SkillRefusedException {
        assertThat(scan(imports("now_ms", 0, 1, 0x7e).toBytes()).imports()).containsExactly(HostFunction.NOW_MS);
    }

    private static Arguments refused(String name, Rule rule, int... bytes) {
        return Arguments.of(name, rule, bytes(bytes));
    }

    private static Arguments refused(String name, Rule rule, ModuleBytes module) {
        return Arguments.of(name, rule, module.toBytes());
    }

    /** The plain module with one import of a host function; its type is appended as the fourth. */
    private static ModuleBytes imports(String name, int... type) {
        int[] types = joined(
                new int[] {4, 0x60, 1, 0x7f, 1, 0x7f, 0x60, 3, 0x7f, 0x7f, 0x7f, 1, 0x7e, 0x60, 0, 0, 0x60}, type);
        return plain().section(1, types).section(2, imported("skill1", name, 3)).section(7, ModuleBytes.exports(1));
    }

    private static ModuleBytes body(int[]... parts) {
        return plain().body(joined(joined(parts), END));
    }

    private static int[] nested(int blocks) {
        return joined(repeated(blocks, 0x02, 0x40), repeated(blocks, 0x0b));
    }

    private static int[] branchTable(int targets) {
        return joined(new int[] {0x41, 0, 0x0e}, number(targets), repeated(targets + 1, 0));
    }

    /** One more export of this kind and number. */
    private static ModuleBytes exporting(ModuleBytes module, int kind, int index) {
        int[] four = ModuleBytes.exports(0);
        four[0] = 4;
        return module.section(7, joined(four, name("more"), new int[] {kind, index}));
    }

    private static int[] longExport() {
        int[] three = ModuleBytes.exports(0);
        return joined(
                new int[] {4}, Arrays.copyOfRange(three, 1, three.length), number(129), repeated(129, 'a'), new int[] {
                    0, 0
                });
    }

    private static ModuleScan scan(byte[] module) throws SkillRefusedException {
        return ModuleScan.of(module, SampleManifest.manifest());
    }
}
