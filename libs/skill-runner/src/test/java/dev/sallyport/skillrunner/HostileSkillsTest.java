package dev.sallyport.skillrunner;

import static dev.sallyport.skills.module.ModuleBytes.exports;
import static dev.sallyport.skills.module.ModuleBytes.imported;
import static dev.sallyport.skills.module.ModuleBytes.joined;
import static dev.sallyport.skills.module.ModuleBytes.name;
import static dev.sallyport.skills.module.ModuleBytes.number;
import static dev.sallyport.skills.module.ModuleBytes.plain;
import static dev.sallyport.skills.module.ModuleBytes.repeated;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.skillrunner.SkillResult.Answered;
import dev.sallyport.skillrunner.SkillResult.Failed;
import dev.sallyport.skillrunner.host.MemoryHost;
import dev.sallyport.skills.SkillRefusedException;
import dev.sallyport.skills.manifest.SkillLimits;
import dev.sallyport.skills.module.ModuleBytes;
import dev.sallyport.skills.pack.PublisherKey;
import dev.sallyport.skills.pack.PublisherStanding;
import dev.sallyport.skills.pack.SkillPackage;
import dev.sallyport.skills.pack.SkillRelease;
import dev.sallyport.skills.pack.TrustedPublishers;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Everything that a hostile author or somebody between author and operator can hand in, in one table: what it is, and where
 * it ends. After each row a skill that behaves goes the whole way: read, trusted, compiled, called, answered.
 */
class HostileSkillsTest {
    private static final SkillRunner RUNNER = new SkillRunner();
    private static final KeyPair ACME = keys();
    private static final KeyPair STRANGER = keys();
    private static final TrustedPublishers TRUSTED =
            new TrustedPublishers(Map.of("test", PublisherKey.of(ACME.getPublic())), Set.of(), true);

    private static final Pattern RULE = Pattern.compile("(?m)^- ([A-Z_]+):");

    /** Fuel that no row waits for. */
    private static final long ENDLESS = 1_000_000_000_000L;

    private static final int[] I64 = {0x42, 0};

    /** Something that is handed in; gives the word for where it ended, or throws the refusal. */
    interface Attack {
        String run() throws Exception;
    }

    private static KeyPair keys() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    // Packages.

    private static SkillPackage behaving() throws Exception {
        return TestSkill.of(TestSkill.module("abuses"), 26);
    }

    private static byte[] archive() throws Exception {
        return behaving().signed(ACME.getPrivate()).encode();
    }

    private static Arguments row(String what, String end, Attack attack) {
        return Arguments.of(what, end, attack);
    }

    /** A change of the signed archive's bytes. */
    private static Arguments archived(String what, String end, String part, String by) {
        return row(what, end, () -> {
            String text = new String(archive(), ISO_8859_1);
            assertThat(text).contains(part);
            return standing(text.replace(part, by).getBytes(ISO_8859_1));
        });
    }

    private static String standing(byte[] archive) throws SkillRefusedException {
        return TRUSTED.standing(SkillPackage.read(archive)).name();
    }

    private static byte[] zipped(int method, String... names) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(bytes)) {
            out.setMethod(method);
            for (String each : names) {
                out.putNextEntry(new ZipEntry(each));
                out.write(new byte[4 << 20]);
            }
        }
        return bytes.toByteArray();
    }

    private static SkillPackage version(String version, String more) throws Exception {
        byte[] module = TestSkill.module("counts");
        SkillPackage one = TestSkill.of(module, 1);
        String toml = new String(one.manifestFile(), UTF_8).replace("\"1.0.0\"", "\"" + version + "\"") + more;
        return SkillPackage.of(Map.of(
                SkillPackage.MANIFEST,
                toml.getBytes(UTF_8),
                SkillPackage.MODULE,
                module,
                "schemas/any.json",
                "{\"type\":\"object\"}".getBytes(UTF_8)));
    }

    static Stream<Arguments> packages() {
        return Stream.of(
                row("no signature", "UNSIGNED", () -> standing(behaving().encode())),
                row(
                        "a stranger's signature under a known name",
                        "PUBLISHER_KEY_CHANGED",
                        () -> standing(behaving().signed(STRANGER.getPrivate()).encode())),
                row(
                        "a known key put over a stranger's signature",
                        "SIGNATURE",
                        () -> standing(changed(
                                behaving().signed(STRANGER.getPrivate()).encode(),
                                "signature.json",
                                PublisherKey.of(STRANGER.getPublic()).hex(),
                                PublisherKey.of(ACME.getPublic()).hex()))),
                row("the signature of another package, replayed", "SIGNATURE", () -> {
                    byte[] mine = archive();
                    byte[] other =
                            version("1.0.0", "").signed(ACME.getPrivate()).encode();
                    return standing(changed(mine, "signature.json", signature(mine), signature(other)));
                }),
                row(
                        "a changed limit, with a checksum that fits",
                        "SIGNATURE",
                        () -> standing(changed(archive(), "skill.toml", "host_calls = 1000", "host_calls = 9000"))),
                archived("a changed limit", "ARCHIVE", "fuel = 1000000000000", "fuel = 9000000000000"),
                archived("a name that leads out", "ARCHIVE", "schemas/any.json", "../../../etc/pwd"),
                archived("an absolute name", "ARCHIVE", "schemas/any.json", "/etc/cron.d/xyzz"),
                archived("a file by another name", "ARCHIVE", "module.wasm", "module.wasn"),
                row("two files of one name", "ARCHIVE", () -> {
                    String two = new String(zipped(ZipOutputStream.DEFLATED, "skill.toml", "skill.tomm"), ISO_8859_1);
                    return standing(two.replace("skill.tomm", "skill.toml").getBytes(ISO_8859_1));
                }),
                row("bytes behind the end", "ARCHIVE", () -> {
                    byte[] archive = archive();
                    return standing(Arrays.copyOf(archive, archive.length + 1));
                }),
                row("bytes before the beginning", "ARCHIVE", () -> {
                    byte[] archive = archive();
                    byte[] moved = new byte[archive.length + 4];
                    System.arraycopy(archive, 0, moved, 4, archive.length);
                    return standing(moved);
                }),
                row("the first half", "ARCHIVE", () -> {
                    byte[] archive = archive();
                    return standing(Arrays.copyOf(archive, archive.length / 2));
                }),
                row("a bomb", "ARCHIVE", () -> standing(zipped(ZipOutputStream.DEFLATED, "skill.toml", "module.wasm"))),
                row("more than a package may have", "ARCHIVE", () -> standing(new byte[(64 << 20) + 1])),
                row("another module than the manifest says", "CONTENT", () -> {
                    SkillPackage one = behaving();
                    return SkillPackage.of(Map.of(
                                    SkillPackage.MANIFEST,
                                    one.manifestFile(),
                                    SkillPackage.MODULE,
                                    TestSkill.module("counts"),
                                    "schemas/any.json",
                                    "{\"type\":\"object\"}".getBytes(UTF_8)))
                            .digest()
                            .hex();
                }),
                row("a file that nothing names", "CONTENT", () -> {
                    SkillPackage one = behaving();
                    return SkillPackage.of(Map.of(
                                    SkillPackage.MANIFEST,
                                    one.manifestFile(),
                                    SkillPackage.MODULE,
                                    one.module(),
                                    "schemas/any.json",
                                    "{\"type\":\"object\"}".getBytes(UTF_8),
                                    "hidden.wasm",
                                    one.module()))
                            .digest()
                            .hex();
                }),
                row(
                        "a key of the manifest that nobody knows",
                        "MANIFEST",
                        () -> version("1.0.1", "sudo = true\n").digest().hex()),
                row("a revoked key", "PUBLISHER_KEY_REVOKED", () -> revoked(archive())),
                row("a revoked key under another name", "PUBLISHER_KEY_REVOKED", () -> {
                    SkillPackage one = behaving();
                    String toml = new String(one.manifestFile(), UTF_8)
                            .replace("publisher = \"test\"", "publisher = \"next\"");
                    return revoked(SkillPackage.of(Map.of(
                                    SkillPackage.MANIFEST,
                                    toml.getBytes(UTF_8),
                                    SkillPackage.MODULE,
                                    one.module(),
                                    "schemas/any.json",
                                    "{\"type\":\"object\"}".getBytes(UTF_8)))
                            .signed(ACME.getPrivate())
                            .encode());
                }),
                row(
                        "a stranger where first use is not allowed",
                        "PUBLISHER_UNKNOWN",
                        () -> new TrustedPublishers(Map.of(), Set.of(), false)
                                .standing(SkillPackage.read(archive()))
                                .name()),
                row("an older version", "VERSION_OLDER", () -> follows(version("1.0.0", ""), version("1.0.1", ""))),
                row(
                        "an older version again, after a third",
                        "VERSION_OLDER",
                        () -> follows(version("1.0.1", ""), version("1.10.0", ""), version("1.0.1", ""))),
                row(
                        "a version with other content",
                        "VERSION_TAKEN",
                        () -> follows(version("1.0.0", "# other\n"), version("1.0.0", ""))));
    }

    /** The archive with a part of a file changed, and the file's checksums with it, so that it is read as any other. */
    private static byte[] changed(byte[] archive, String file, String part, String by) {
        String text = new String(archive, ISO_8859_1);
        int name = text.indexOf(file);
        int again = text.lastIndexOf(file);
        int at = text.indexOf(part, name);
        assertThat(name).isPositive().isLessThan(again);
        assertThat(by).hasSameSizeAs(part);
        byte[] changed = (text.substring(0, at) + by + text.substring(at + part.length())).getBytes(ISO_8859_1);
        ByteBuffer zip = ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN);
        CRC32 checksum = new CRC32();
        // In a local header the length lies 8 bytes before the name, the checksum 16; in the directory 30.
        checksum.update(changed, name + file.length(), zip.getInt(name - 8));
        zip.putInt(name - 16, (int) checksum.getValue());
        zip.putInt(again - 30, (int) checksum.getValue());
        return changed;
    }

    private static String signature(byte[] archive) {
        Matcher found = Pattern.compile("\\{\"key\":\"[0-9a-f]{64}\",\"signature\":\"[0-9a-f]{128}\",\"v\":1}")
                .matcher(new String(archive, ISO_8859_1));
        assertThat(found.find()).isTrue();
        return found.group();
    }

    private static String revoked(byte[] archive) throws SkillRefusedException {
        return new TrustedPublishers(Map.of(), Set.of(PublisherKey.of(ACME.getPublic())), true)
                .standing(SkillPackage.read(archive))
                .name();
    }

    private static String follows(SkillPackage next, SkillPackage... earlier) throws SkillRefusedException {
        return SkillRelease.of(next)
                .widens(Arrays.stream(earlier).map(SkillRelease::of).toList())
                .toString();
    }

    // Modules that are refused before they run: by a rule, or as no valid WebAssembly.

    private static Arguments scanned(String what, String rules, ModuleBytes module) {
        return row(what, "MODULE " + rules, () -> compiled(module.toBytes()));
    }

    private static Arguments invalid(String what, ModuleBytes module) {
        return row(what, "MODULE", () -> compiled(module.toBytes()));
    }

    private static Arguments invalidBody(String what, int... body) {
        return invalid(what, plain().body(joined(new int[] {0}, body, new int[] {0x0b})));
    }

    private static Arguments disabled(String what, int... body) {
        return scanned(what, "ENABLED", plain().body(joined(new int[] {0}, body, I64, new int[] {0x0b})));
    }

    private static String compiled(byte[] module) throws SkillRefusedException {
        RUNNER.compile(TestSkill.of(module, 1));
        return "compiled";
    }

    /** An import of that name and a type of this form; the module's own functions come behind it. */
    private static ModuleBytes importing(String module, String function, int... type) {
        int[] types = joined(
                new int[] {4, 0x60, 1, 0x7f, 1, 0x7f, 0x60, 3, 0x7f, 0x7f, 0x7f, 1, 0x7e, 0x60, 0, 0, 0x60}, type);
        return plain().section(1, types)
                .section(2, imported(module, function, 3))
                .section(7, exports(1));
    }

    static Stream<Arguments> modules() {
        return Stream.of(
                scanned("no module", "WELL_FORMED", plain().section(14, 0)),
                scanned("two memories", "ONE_MEMORY", plain().section(5, 2, 0, 1, 0, 1)),
                scanned("no memory", "EXPORTED ONE_MEMORY", plain().without(5).section(7, 0)),
                scanned("a memory of 4 GiB", "ONE_MEMORY", plain().section(5, 1, 0, 0x80, 0x80, 4)),
                scanned("a shared memory", "ONE_MEMORY", plain().section(5, 1, 3, 1, 2)),
                scanned("a memory of 64 bits", "ONE_MEMORY", plain().section(5, 1, 4, 1)),
                scanned(
                        "a table of ten million",
                        "ONE_TABLE",
                        plain().section(4, joined(new int[] {1, 0x70, 0}, number(10_000_000)))),
                scanned("many tables", "ONE_TABLE", plain().section(4, joined(number(50), repeated(50, 0x70, 0, 1)))),
                scanned("a table of other references", "ENABLED WELL_FORMED", plain().section(4, 1, 0x6f, 0, 1)),
                scanned(
                        "nesting a thousand deep",
                        "BOUNDED",
                        plain().body(joined(
                                new int[] {0}, repeated(1_000, 0x02, 0x40), repeated(1_000, 0x0b), I64, new int[] {0x0b
                                }))),
                scanned(
                        "a body of 64 KiB and more",
                        "BOUNDED",
                        plain().body(joined(new int[] {0}, repeated(65_600, 0x01), I64, new int[] {0x0b}))),
                scanned(
                        "four billion locals",
                        "BOUNDED",
                        plain().body(joined(new int[] {1, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x7f}, I64, new int[] {0x0b}))),
                scanned("millions of functions", "BOUNDED WELL_FORMED", plain().section(3, number(100_000_000))),
                scanned("millions of exports", "BOUNDED WELL_FORMED", plain().section(7, number(100_000_000))),
                scanned("millions of data segments", "BOUNDED WELL_FORMED", plain().section(11, number(100_000_000))),
                scanned("a function of another host", "KNOWN_IMPORT", importing("env", "system", 1, 0x7f, 1, 0x7f)),
                scanned(
                        "a function of the host by a name that looks like it",
                        "KNOWN_IMPORT",
                        importing("skill1", "now_ms ", 0, 1, 0x7e)),
                scanned(
                        "a function of programs",
                        "KNOWN_IMPORT",
                        importing("wasi_snapshot_preview1", "path_open", 0, 1, 0x7f)),
                scanned(
                        "an imported memory",
                        "KNOWN_IMPORT",
                        plain().section(2, joined(new int[] {1}, name("skill1"), name("memory"), new int[] {2, 0, 1}))),
                scanned("a host function of another type", "IMPORT_TYPE", importing("skill1", "now_ms", 0, 1, 0x7f)),
                scanned(
                        "a host function that the manifest does not ask for",
                        "IMPORT_REQUESTED",
                        importing("skill1", "http_request", 4, 0x7f, 0x7f, 0x7f, 0x7f, 1, 0x7f)),
                scanned(
                        "nothing that could be called",
                        "EXPORTED",
                        plain().section(7, 1, 6, 'm', 'e', 'm', 'o', 'r', 'y', 2, 0)),
                disabled("vectors", 0xfd, 0x0c, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x1a),
                disabled("threads", 0xfe, 0x03, 0),
                disabled("a tail call", 0x12, 0),
                disabled("a reference to nothing", 0xd0, 0x70, 0x1a),
                disabled("growing the table", 0xd0, 0x70, 0x41, 1, 0xfc, 15, 0, 0x1a),
                disabled("an exception", 0x08, 0),
                invalidBody("a result of another type", 0x41, 0),
                invalidBody("too few values", 0x6a, 0x1a, 0x42, 0),
                invalidBody("too many values", 0x42, 0, 0x42, 0),
                invalidBody("a local that is not there", 0x20, 9, 0x1a, 0x42, 0),
                invalidBody("the variable that metering would add", 0x23, 0, 0x1a, 0x42, 0),
                invalidBody("a function that is not there", 0x10, 99, 0x42, 0),
                invalidBody("a branch out of the function", 0x0c, 9),
                invalidBody("a call through a table that is not there", 0x41, 0, 0x11, 2, 0, 0x42, 0),
                invalidBody("an alignment beyond the value", 0x41, 0, 0x28, 5, 0, 0x1a, 0x42, 0),
                invalidBody("a condition of one arm with a value", 0x41, 0, 0x04, 0x7e, 0x42, 0, 0x0b),
                invalid(
                        "a constant that is changed",
                        plain().section(6, 1, 0x7f, 0, 0x41, 1, 0x0b).body(0, 0x41, 0, 0x24, 0, 0x42, 0, 0x0b)),
                invalid("an initial value of another type", plain().section(6, 1, 0x7f, 0, 0x42, 1, 0x0b)),
                invalid("a start function with parameters", plain().section(8, 0)),
                invalid("a start function that is not there", plain().section(8, 9)),
                invalid(
                        "elements that are no functions",
                        plain().section(4, 1, 0x70, 0, 2).section(9, 1, 0, 0x41, 0, 0x0b, 1, 99)),
                scanned(
                        "two exports of one name",
                        "WELL_FORMED",
                        plain().section(
                                        7,
                                        joined(
                                                new int[] {4},
                                                Arrays.copyOfRange(exports(0), 1, exports(0).length),
                                                name("memory"),
                                                new int[] {2, 0}))));
    }

    // Modules that run.

    private static Arguments runs(String what, String end, String module, int tool) {
        return runs(what, end, module, tool, TestSkill.LIMITS);
    }

    private static Arguments runs(String what, String end, String module, int tool, SkillLimits limits) {
        return row(what, end, () -> ended(module, tool, limits));
    }

    private static String ended(String module, int tool, SkillLimits limits) throws Exception {
        CompiledSkill compiled = RUNNER.compile(TestSkill.of(TestSkill.module(module), 26));
        MemoryHost host = new MemoryHost(
                Map.of("data/in.txt", "hello".getBytes(UTF_8), "other.txt", new byte[1], "secret", new byte[1]),
                Map.of());
        SkillResult result = RUNNER.run(compiled, TestSkill.call(tool, limits), host);
        assertThat(host.files()).hasSize(3);
        return switch (result) {
            case Answered answered -> "answered " + answered.output();
            case Failed failed -> failed.failure().name();
        };
    }

    private static SkillLimits brief() {
        return new SkillLimits(Duration.ofMillis(50), ENDLESS, 16, 65_536, 1_000);
    }

    static Stream<Arguments> calls() {
        List<Arguments> rows = new ArrayList<>(List.of(
                runs("an infinite loop", "FUEL_EXHAUSTED", "abuses", 1),
                runs("an infinite loop with all fuel", "TIMED_OUT", "abuses", 1, brief()),
                runs(
                        "recursion without end",
                        "TRAPPED",
                        "abuses",
                        2,
                        new SkillLimits(Duration.ofSeconds(60), ENDLESS, 16, 65_536, 1_000)),
                runs("recursion that branches", "FUEL_EXHAUSTED", "abuses", 3),
                runs("recursion that branches with all fuel", "TIMED_OUT", "abuses", 3, brief()),
                runs("growing page by page", "MEMORY_LIMIT", "abuses", 4),
                runs("growing by 4 GiB", "answered {}", "abuses", 5),
                runs("filling memory for ever", "FUEL_EXHAUSTED", "abuses", 6),
                runs("filling memory with all fuel", "TIMED_OUT", "abuses", 6, brief()),
                runs("a flood of log lines", "OUTPUT_LIMIT", "abuses", 7),
                runs("a flood of host calls", "HOST_CALL_LIMIT", "abuses", 8),
                runs("a store outside of the memory", "TRAPPED", "abuses", 9),
                runs("a segment read beyond its end", "TRAPPED", "abuses", 10),
                runs("a division by zero", "TRAPPED", "abuses", 11),
                runs("a number that is none as an integer", "TRAPPED", "abuses", 12),
                runs("an indirect call with another type", "TRAPPED", "abuses", 13),
                runs("an indirect call of no function", "TRAPPED", "abuses", 14),
                runs("an indirect call beyond the table", "TRAPPED", "abuses", 15),
                runs("an answer beyond the memory", "TRAPPED", "abuses", 16),
                runs("an answer of 4 GiB", "OUTPUT_LIMIT", "abuses", 17),
                runs("an answer that is no JSON", "SCHEMA_MISMATCH", "abuses", 18),
                runs("an answer that is no UTF-8", "SCHEMA_MISMATCH", "abuses", 19),
                runs("a buffer beyond the memory", "answered {}", "abuses", 23),
                runs("a logged line beyond the memory", "TRAPPED", "abuses", 24),
                runs("an infinite loop through the table", "FUEL_EXHAUSTED", "abuses", 25),
                runs("a start function without end", "FUEL_EXHAUSTED", "start-loops", 0),
                runs("a start function without end, with all fuel", "TIMED_OUT", "start-loops", 0, brief()),
                runs("data outside of the memory", "TRAPPED", "data-outside", 0),
                runs("no memory for its input", "MEMORY_LIMIT", "no-memory", 0)));
        rows.addAll(List.of(
                runs("a protected file written", told("E"), "files", 2),
                runs("a path that leads out", told("E"), "files", 3),
                runs("a file that the manifest does not ask for", told("E"), "files", 4),
                runs("more values than the manifest keeps", told("E"), "files", 5),
                runs("a file read beyond the memory", told("C"), "files", 6),
                runs("a key that is no text", told("C"), "files", 8),
                runs("the stack used up within a host function", "TRAPPED", "files", 9),
                runs("a name of negative length", told("C"), "files", 10)));
        return rows.stream();
    }

    private static String told(String what) {
        return "answered {\"a\":\"" + what + "\"}";
    }

    static Stream<Arguments> attacks() {
        return Stream.of(packages(), modules(), calls()).flatMap(each -> each);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource
    void attacks(String what, String end, Attack attack) throws Exception {
        assertThat(result(attack)).as(what).isEqualTo(end);
    }

    private static String result(Attack attack) throws Exception {
        try {
            return attack.run();
        } catch (SkillRefusedException e) {
            Set<String> rules = new TreeSet<>();
            Matcher found = RULE.matcher(String.valueOf(e.getMessage()));
            while (found.find()) {
                rules.add(found.group(1));
            }
            return (e.refusal() + " " + String.join(" ", rules)).strip();
        }
    }

    @AfterEach
    void aSkillThatBehavesGoesTheWholeWay() throws Exception {
        SkillPackage read = SkillPackage.read(archive());
        assertThat(TRUSTED.standing(read)).isEqualTo(PublisherStanding.KNOWN);
        assertThat(SkillRelease.of(version("1.0.1", "")).widens(List.of(SkillRelease.of(version("1.0.0", "")))))
                .isEmpty();
        assertThat(compiled(plain().toBytes())).isEqualTo("compiled");
        assertThat(ended("abuses", 0, TestSkill.LIMITS)).isEqualTo("answered {}");
        assertThat(ended("files", 7, TestSkill.LIMITS)).isEqualTo(told("f"));
        assertThat(RUNNER.abandonedThreads()).isZero();
    }

    @Test
    void thereAreMoreThanSixty() {
        assertThat(attacks().map(row -> row.get()[0]).distinct().count()).isGreaterThan(100);
    }
}
