package dev.sallyport.cli.skills;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.cli.harness.CommandRun;
import dev.sallyport.cli.harness.CommandRun.Result;
import dev.sallyport.cli.harness.SampleSkill;
import dev.sallyport.statements.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Packages of skills by the command, without a fleet. */
class SkillCommandsTest {
    @TempDir
    private Path home;

    private KeyPair keys;

    @BeforeEach
    void writeTheSample() throws IOException {
        keys = SampleSkill.write(home);
    }

    @Test
    void aFolderBecomesThePackageThatItsPublisherSigned() throws IOException {
        Result built = build("--key", path("acme.key"), "--file", path("new.skill"));

        assertThat(built.exit()).as(built.toString()).isZero();
        assertThat(built.out())
                .contains("acme.mask_digits", "1.0.0", fingerprint())
                .contains("Writes # for every digit of a text.");
        // Without the source, which lies in the folder too.
        assertThat(Files.readAllBytes(home.resolve("new.skill")))
                .isEqualTo(Files.readAllBytes(home.resolve("signed.skill")));
    }

    @Test
    void theCasesOfASkillRunAsANodeRunsThem() throws IOException {
        String folder = home.resolve("mask-digits").toString();
        Path cases = home.resolve("mine.jsonl");
        Files.writeString(cases, """
                {"tool":"mask","input":{"text":"a1"},"output":{"text":"a#"},"most_fuel":100000}

                {"tool":"mask","input":{},"fails":"SCHEMA_MISMATCH"}
                {"tool":"mask","input":{"text":"9"}}
                """);
        Result held = run("skills", "test", folder, "--cases", cases.toString());
        assertThat(held.exit()).as(held.toString()).isZero();
        assertThat(held.out()).contains("{\"text\":\"#\"}", "SCHEMA_MISMATCH").doesNotContain("false");

        Files.writeString(cases, """
                {"tool":"mask","input":{"text":"a1"},"output":{"text":"a1"}}
                {"tool":"mask","input":{"text":"a1"},"fails":"TRAPPED"}
                {"tool":"mask","input":{"text":"a1"},"most_fuel":1}
                {"tool":"mask","input":{}}
                """);
        Result other = run("skills", "test", folder, "--cases", cases.toString());
        assertThat(other.exit()).isEqualTo(1);
        assertThat(other.out().lines().filter(line -> line.contains(" false "))).hasSize(4);

        Files.writeString(cases, "{\"tool\":\"mask\",\"input\":{},\"expect\":1}");
        Result unknown = run("skills", "test", folder, "--cases", cases.toString());
        assertThat(unknown.exit()).isEqualTo(2);
        assertThat(unknown.err()).contains("line 1: `expect` is no member of a case");
        Files.writeString(cases, "{\"tool\":\"other\",\"input\":{}}");
        assertThat(run("skills", "test", folder, "--cases", cases.toString()).err())
                .contains("has no tool `other`, it has mask");
    }

    @ParameterizedTest
    @ValueSource(strings = {"c", "assemblyscript"})
    void aNewSkillWorksAsItIsAndIsNotMadeTwice(String language) throws IOException {
        String folder = path("notes");
        assertThat(run("skills", "new", folder, "--id", "acme.notes", "--publisher", "acme", "--language", language)
                        .exit())
                .isZero();
        assertThat(home.resolve(language.equals("c") ? "notes/skill.h" : "notes/assembly/skill.ts"))
                .isNotEmptyFile();

        Result tested = run("skills", "test", folder);
        assertThat(tested.exit()).as(tested.toString()).isZero();
        assertThat(run("skills", "lint", folder).exit()).isZero();
        assertThat(run("skills", "build", folder, "--key", path("acme.key"), "--file", path("notes.skill"))
                        .exit())
                .isZero();
        assertThat(Files.readString(home.resolve("notes/skill.toml"))).contains("\"acme.notes\"", "kv =");

        assertThat(run("skills", "new", folder, "--id", "acme.notes", "--publisher", "acme")
                        .err())
                .contains("exists already");
        assertThat(run("skills", "new", path("other"), "--id", "Notes", "--publisher", "acme")
                        .err())
                .contains("--id");
        assertThat(run("skills", "new", path("other"), "--id", "acme.notes", "--publisher", "A")
                        .err())
                .contains("--publisher");
        assertThat(run("skills", "new", path("other"), "--id", "a.b", "--publisher", "a", "--language", "cobol")
                        .err())
                .contains("--language");
        assertThat(home.resolve("other")).doesNotExist();
    }

    @Test
    void aCaseFindsTheFilesAndValuesThatItNames() throws IOException {
        run("skills", "new", path("notes"), "--id", "acme.notes", "--publisher", "acme");
        Files.writeString(home.resolve("cases.jsonl"), """
            {"tool":"count","input":{"text":"tea"},"values":{"tea":"\\u0007"},"output":{"seen":8,"text":"tea"}}
            """);
        assertThat(run("skills", "test", path("notes"), "--cases", path("cases.jsonl"))
                        .exit())
                .isZero();

        Files.writeString(home.resolve("cases.jsonl"), "{\"tool\":\"count\",\"input\":{},\"values\":{\"tea\":7}}\n");
        assertThat(run("skills", "test", path("notes"), "--cases", path("cases.jsonl"))
                        .err())
                .contains("must be a text");
    }

    @Test
    void aCaseAnswersRequestsFromARecordAndSaysWhatMustBeSent() throws IOException {
        String skill = Path.of("../skills/fetch-item").toAbsolutePath().toString();
        assertThat(run("skills", "test", skill).exit()).isZero();

        Files.writeString(home.resolve("cases.jsonl"), """
            {"tool":"item","input":{"name":"a"},"web":{"GET https://api.example.com/v1/items/a":{"status":200}},"sends":[]}
            """);
        Result sent = run("skills", "test", skill, "--cases", path("cases.jsonl"), "--output", "json");
        assertThat(sent.exit()).isEqualTo(1);
        assertThat(sent.out()).contains("It sent [GET https://api.example.com/v1/items/a] instead of [].");

        Files.writeString(home.resolve("cases.jsonl"), "{\"tool\":\"item\",\"input\":{},\"without\":[\"web\"]}\n");
        assertThat(run("skills", "test", skill, "--cases", path("cases.jsonl")).err())
                .contains("line 1: no capability is called `web`");
    }

    @Test
    void aPackageThatWasBuiltElsewhereIsSignedHereAndKeepsItsDigest() {
        assertThat(build("--file", path("unsigned.skill")).exit()).isZero();

        Result signed =
                run("skills", "sign", path("unsigned.skill"), "--key", path("acme.key"), "--file", path("here.skill"));

        assertThat(signed.exit()).as(signed.toString()).isZero();
        assertThat(run("skills", "verify", path("here.skill")).exit()).isZero();
        assertThat(run("skills", "verify", path("unsigned.skill")).exit()).isEqualTo(1);
        assertThat(run("skills", "sign", path("acme.key"), "--key", path("acme.key"), "--file", path("x.skill"))
                        .exit())
                .isEqualTo(2);
    }

    @Test
    void aPackageIsNotOverwritten() {
        assertThat(build("--file", path("new.skill")).exit()).isZero();

        Result again = build("--file", path("new.skill"));

        assertThat(again.exit()).isEqualTo(2);
        assertThat(again.err()).contains("not overwritten");
    }

    @Test
    void aFolderThatIsNoSkillIsRefusedWithTheReason() throws IOException {
        Files.writeString(home.resolve("mask-digits/schemas/other.json"), "{}");

        Result lint = run("skills", "lint", home.resolve("mask-digits").toString());
        assertThat(lint.exit()).isEqualTo(1);
        assertThat(lint.out()).contains("false");
        Result built = build("--file", path("new.skill"));

        assertThat(built.exit()).isEqualTo(2);
        assertThat(built.err()).contains("CONTENT: schemas/other.json is in the package, but nothing names it.");
        assertThat(home.resolve("new.skill")).doesNotExist();
        assertThat(run("skills", "build", home.resolve("nothing").toString()).err())
                .contains("there is no skill in");
    }

    @Test
    void whatIsNoEd25519KeyDoesNotSign() throws IOException {
        Files.writeString(home.resolve("acme.key"), "none");

        Result built = build("--key", path("acme.key"), "--file", path("new.skill"));

        assertThat(built.exit()).isEqualTo(2);
        assertThat(built.err()).contains("no Ed25519 private key");
        assertThat(home.resolve("new.skill")).doesNotExist();
    }

    @Test
    void aSignedPackageHoldsAndSaysWhoseItIs() {
        Result verified = run("skills", "verify", path("signed.skill"), "--output", "json");

        assertThat(verified.exit()).isZero();
        assertThat(verified.out()).contains("\"holds\" : true", "\"signed_by\" : \"" + fingerprint() + "\"");
        assertThat(run("skills", "verify", path("signed.skill"), "--fingerprint", fingerprint())
                        .exit())
                .isZero();
    }

    @Test
    void aPackageOfAnotherKeyOrWithoutAnyDoesNotHold() {
        String other = Digest.of(new byte[0]).hex();
        assertThat(build("--file", path("unsigned.skill")).exit()).isZero();

        Result foreign = run("skills", "verify", path("signed.skill"), "--fingerprint", other);
        Result unsigned = run("skills", "verify", path("unsigned.skill"));
        Result noFingerprint = run("skills", "verify", path("signed.skill"), "--fingerprint", "abc");

        assertThat(foreign.exit()).isEqualTo(1);
        assertThat(foreign.out()).contains("PUBLISHER_KEY_CHANGED");
        assertThat(unsigned.exit()).isEqualTo(1);
        assertThat(unsigned.out()).contains("UNSIGNED");
        assertThat(noFingerprint.exit()).isEqualTo(2);
    }

    @Test
    void aChangedPackageDoesNotHold() throws IOException {
        byte[] archive = Files.readAllBytes(home.resolve("signed.skill"));
        archive[archive.length / 2] ^= 1;
        Files.write(home.resolve("changed.skill"), archive);

        Result verified = run("skills", "verify", path("changed.skill"));

        assertThat(verified.exit()).isEqualTo(1);
        assertThat(verified.out()).contains("holds");
    }

    private Result build(String... options) {
        String[] all = new String[options.length + 3];
        all[0] = "skills";
        all[1] = "build";
        all[2] = path("mask-digits");
        System.arraycopy(options, 0, all, 3, options.length);
        return run(all);
    }

    private Result run(String... arguments) {
        return new CommandRun(home).of(arguments);
    }

    private String path(String name) {
        return home.resolve(name).toString();
    }

    private String fingerprint() {
        return Digest.of(keys.getPublic().getEncoded()).hex();
    }
}
