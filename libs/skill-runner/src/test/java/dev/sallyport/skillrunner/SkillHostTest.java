package dev.sallyport.skillrunner;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.skillrunner.SkillResult.Answered;
import dev.sallyport.skillrunner.SkillResult.Failed;
import dev.sallyport.skillrunner.host.HostFile;
import dev.sallyport.skillrunner.host.HostRefusedException;
import dev.sallyport.skillrunner.host.HostRequest;
import dev.sallyport.skillrunner.host.HostTranscript;
import dev.sallyport.skillrunner.host.MemoryHost;
import dev.sallyport.skillrunner.host.SkillHost;
import dev.sallyport.skillrunner.host.SkillValues;
import dev.sallyport.skills.manifest.CapabilityKind;
import dev.sallyport.skills.manifest.SkillLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a module gets from its host: files of its session and values that it keeps. */
class SkillHostTest {
    private static final int COUNT = 0;
    private static final int COPY = 1;
    private static final int DEEP = 9;
    private static final int COUNT_AND_TRAP = 11;

    private static final SkillRunner RUNNER = new SkillRunner();
    private static CompiledSkill files;

    @BeforeAll
    static void compile() throws Exception {
        files = RUNNER.compile(TestSkill.of(TestSkill.module("files"), 12));
    }

    private static MemoryHost host() {
        return new MemoryHost(
                Map.of("data/in.txt", "hello".getBytes(UTF_8), "other.txt", "x".getBytes(UTF_8), "secret", new byte[1]),
                Map.of());
    }

    private static SkillResult run(int tool, SkillHost host) {
        return RUNNER.run(files, TestSkill.call(tool, TestSkill.LIMITS), host);
    }

    private static String told(SkillResult result) {
        assertThat(result).isInstanceOf(Answered.class);
        return ((Answered) result).output().replaceAll("\\{\"a\":\"(.)\"}", "$1");
    }

    @Test
    void aFileThatTheManifestAsksForIsReadAndWritten() {
        MemoryHost host = host();

        assertThat(told(run(COPY, host))).isEqualTo("a");
        assertThat(host.files().get("data/out.txt")).isEqualTo("hello".getBytes(UTF_8));
    }

    @ParameterizedTest
    @CsvSource({
        "2, E", // a protected name below what was asked for
        "3, E", // a way out
        "4, E", // a file that the manifest does not ask for
        "5, E", // more than the manifest keeps
        "6, C", // a buffer that does not lie in the memory
        "7, f", // a file that is longer than the buffer, and not in its one form
        "8, C", // a key that is no UTF-8
        "10, C" // a name of negative length
    })
    void whatIsAskedForWronglyIsAnsweredByItsNumber(int tool, String told) {
        MemoryHost host = host();

        assertThat(told(run(tool, host))).isEqualTo(told);
        assertThat(host.files()).hasSize(3);
        assertThat(host.values()).isEmpty();
    }

    @Test
    void whatIsNotThereIsNotFound() {
        assertThat(told(run(COPY, new MemoryHost(Map.of(), Map.of())))).isEqualTo("D");
    }

    @Test
    void whatWasNotGrantedIsDeniedThoughItIsThere() {
        SkillCall call = new SkillCall(
                "t1",
                TestSkill.object(),
                Set.of(CapabilityKind.KEY_VALUE, CapabilityKind.FILES_READ),
                TestSkill.LIMITS,
                TestSkill.NOW,
                TestSkill.SEED);

        // Reading was granted, writing was not.
        assertThat(told(RUNNER.run(files, call, host()))).isEqualTo("A");
        assertThat(told(run(COPY, SkillHost.NONE))).isEqualTo("B");
    }

    @Test
    void aValueIsThereForTheNextCall() {
        MemoryHost host = host();

        assertThat(told(run(COUNT, host))).isEqualTo("b");
        assertThat(told(run(COUNT, host))).isEqualTo("c");
        assertThat(host.values().get("count")).containsExactly(2);
        assertThat(told(run(COUNT, host()))).isEqualTo("b");
    }

    @Test
    void valuesAreBoundInBytesAndInNumberAndARefusalChangesNothing() throws Exception {
        SkillValues values = new SkillValues(Map.of());
        for (int key = 0; key < 4_096; key++) {
            values.keep("k" + key, new byte[] {1}, 1 << 20);
        }
        assertThatThrownBy(() -> values.keep("one more", new byte[] {1}, 1 << 20))
                .isInstanceOf(HostRefusedException.class);
        values.keep("k0", new byte[] {2}, 1 << 20);
        values.keep("k1", new byte[0], 1 << 20);
        values.keep("one more", new byte[] {1}, 1 << 20);
        assertThat(values.all()).hasSize(4_096).doesNotContainKey("k1");

        SkillValues few = new SkillValues(Map.of("a", new byte[3]));
        assertThatThrownBy(() -> few.keep("b", new byte[6], 10)).isInstanceOf(HostRefusedException.class);
        few.keep("b", new byte[5], 10);
        few.keep("a", new byte[2], 10);
        assertThatThrownBy(() -> few.keep("a", new byte[4], 10)).isInstanceOf(HostRefusedException.class);
        assertThat(few.value("a")).hasSize(2);
    }

    @Test
    void aFileIsReadNoFurtherThanTheModuleHasRoom() throws Exception {
        List<Integer> asked = new ArrayList<>();
        SkillHost host = new FilesAlone() {
            @Override
            public HostFile readFile(String path, int most) {
                asked.add(most);
                return new HostFile(new byte[most], 1L << 40);
            }
        };

        assertThat(told(run(COPY, host)))
                .as("a length that no module can be told")
                .isEqualTo("E");
        assertThat(asked).containsExactly(64);
    }

    @Test
    void whatIsReadAndWrittenCostsFuel() {
        SkillLimits little = new SkillLimits(TestSkill.LIMITS.wall(), 250, 16, 65_536, 1_000);

        assertThat(RUNNER.run(files, TestSkill.call(COPY, little), host()))
                .isInstanceOfSatisfying(
                        Failed.class, failed -> assertThat(failed.failure()).isEqualTo(SkillFailure.FUEL_EXHAUSTED));
    }

    @Test
    void aModuleThatUsesUpItsStackWhileItAsksBreaksNothing() {
        SkillResult deep = run(DEEP, host());

        assertThat(deep)
                .isInstanceOfSatisfying(
                        Failed.class, failed -> assertThat(failed.failure()).isEqualTo(SkillFailure.TRAPPED));
        assertThat(deep.usage().hostCalls()).isPositive();
        assertThat(told(run(COPY, host()))).isEqualTo("a");
    }

    @Test
    void aCallIsRepeatedFromWhatItWasAnswered() {
        HostTranscript transcript = new HostTranscript();
        MemoryHost host = host();
        SkillResult first = run(COPY, transcript.recording(host));

        assertThat(run(COPY, HostTranscript.repeating(transcript.toJson()))).isEqualTo(first);
        // Another tool asks for something else.
        assertThat(run(COUNT, HostTranscript.repeating(transcript.toJson())))
                .isInstanceOfSatisfying(
                        Failed.class, failed -> assertThat(failed.failure()).isEqualTo(SkillFailure.NOT_REPEATED));
        // The same question with other content to write is another question.
        HostTranscript other = new HostTranscript();
        run(COPY, other.recording(new MemoryHost(Map.of("data/in.txt", "other".getBytes(UTF_8)), Map.of())));
        byte[] mixed = new String(other.toJson(), UTF_8)
                .replace("b3RoZXI=", "aGVsbG8=")
                .getBytes(UTF_8);
        assertThat(run(COPY, HostTranscript.repeating(mixed)))
                .isInstanceOfSatisfying(
                        Failed.class, failed -> assertThat(failed.failure()).isEqualTo(SkillFailure.NOT_REPEATED));
    }

    @Test
    void refusalsAreRepeatedToo() {
        HostTranscript transcript = new HostTranscript();
        SkillResult first = run(COPY, transcript.recording(new MemoryHost(Map.of(), Map.of())));

        assertThat(told(first)).isEqualTo("D");
        assertThat(run(COPY, HostTranscript.repeating(transcript.toJson()))).isEqualTo(first);
    }

    @Test
    void aTranscriptThatIsNotWholeIsNotRepeated() throws Exception {
        HostTranscript transcript = new HostTranscript();
        transcript
                .recording(new MemoryHost(Map.of("data/in.txt", new byte[200_000]), Map.of()))
                .readFile("data/in.txt", 200_000);

        assertThat(transcript.toJson().length).isLessThan(100_000);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HostTranscript.repeating(transcript.toJson()))
                .withMessageContaining("more than its evidence keeps");
        assertThatIllegalArgumentException().isThrownBy(() -> HostTranscript.repeating("{}".getBytes(UTF_8)));
        assertThatIllegalArgumentException().isThrownBy(() -> HostTranscript.repeating("[".getBytes(UTF_8)));
    }

    @Test
    void aTrapIsNoAnswer() {
        assertThat(run(COUNT_AND_TRAP, host()))
                .isInstanceOfSatisfying(
                        Failed.class, failed -> assertThat(failed.failure()).isEqualTo(SkillFailure.TRAPPED));
    }

    @Test
    void aCallWhoseHostDoesNotAnswerEndsAtItsTime() {
        CountDownLatch never = new CountDownLatch(1);
        SkillHost waits = new FilesAlone() {
            @Override
            public HostFile readFile(String path, int most) throws HostRefusedException {
                try {
                    never.await();
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                }
                return host().readFile(path, most);
            }
        };
        SkillLimits brief = new SkillLimits(Duration.ofMillis(200), 1_000_000, 16, 65_536, 1_000);

        assertThat(RUNNER.run(files, TestSkill.call(COPY, brief), waits))
                .isInstanceOfSatisfying(
                        Failed.class, failed -> assertThat(failed.failure()).isEqualTo(SkillFailure.TIMED_OUT));
        assertThat(RUNNER.abandonedThreads()).isZero();
    }

    /** A host with files that a test gives, and nothing else. */
    private abstract static class FilesAlone implements SkillHost {
        @Override
        public void writeFile(String path, byte[] content) throws HostRefusedException {
            NONE.writeFile(path, content);
        }

        @Override
        public byte[] value(String key) throws HostRefusedException {
            return NONE.value(key);
        }

        @Override
        public void keep(String key, byte[] value, long most) throws HostRefusedException {
            NONE.keep(key, value, most);
        }

        @Override
        public byte[] request(HostRequest request, int most) throws HostRefusedException {
            return NONE.request(request, most);
        }
    }
}
