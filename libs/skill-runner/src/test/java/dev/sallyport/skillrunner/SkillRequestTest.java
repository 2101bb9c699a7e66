package dev.sallyport.skillrunner;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.fuzz.Fuzz;
import dev.sallyport.fuzz.FuzzTest;
import dev.sallyport.skillrunner.SkillResult.Answered;
import dev.sallyport.skillrunner.SkillResult.Failed;
import dev.sallyport.skillrunner.host.HostField;
import dev.sallyport.skillrunner.host.HostRefusedException;
import dev.sallyport.skillrunner.host.HostRequest;
import dev.sallyport.skillrunner.host.HostResponse;
import dev.sallyport.skillrunner.host.HostTranscript;
import dev.sallyport.skillrunner.host.MemoryHost;
import dev.sallyport.skillrunner.host.SkillHost;
import dev.sallyport.skills.manifest.CapabilityKind;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests of modules: what is let through to the host, what comes back, and that the same comes back again. */
class SkillRequestTest {
    private static final SkillRunner RUNNER = new SkillRunner();
    private static final String CAPABILITIES = """
        [capabilities]
        http = [
          { url = "https://api.example.com/v1/*", methods = ["GET", "POST"], max_response_bytes = 1000 },
          { url = "https://two.example.com/", methods = ["GET"], max_response_bytes = 1000 },
        ]
        secrets = [{ name = "api_token", use = "http_header", host = "api.example.com" }]
        """;

    private static CompiledSkill web;

    @BeforeAll
    static void compile() throws Exception {
        web = RUNNER.compile(TestSkill.of(TestSkill.module("web"), 16, "skill-json-1", CAPABILITIES));
    }

    private static MemoryHost host() {
        HostResponse ok = new HostResponse(200, List.of(new HostField("a", "b")), "body".getBytes(UTF_8));
        HostResponse made = new HostResponse(201, List.of(), new byte[0]);
        HostResponse longer = new HostResponse(200, List.of(), new byte[1_001]);
        return new MemoryHost(
                Map.of(),
                Map.of(),
                Map.of(
                        "GET https://api.example.com/v1/x", ok,
                        "GET https://api.example.com/v1/x?", ok,
                        "POST https://api.example.com/v1/x", made,
                        "GET https://api.example.com/v1/long", longer,
                        "GET https://api.example.com/v1/../admin", ok,
                        "GET https://other.example/", ok));
    }

    private static String told(int tool, SkillHost host) {
        SkillResult result = RUNNER.run(web, TestSkill.call(tool, TestSkill.LIMITS), host);
        assertThat(result).as(result.toString()).isInstanceOf(Answered.class);
        return ((Answered) result).output().replaceAll("\\{\"a\":\"(...)\"}", "$1");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 200", // a request that the manifest asks for
        "1, 201", // one with a body
        "2, -05", // a path that leads up
        "3, -05", // another host
        "4, -05", // without TLS
        "5, -05", // another port
        "6, -03", // no request
        "7, 200", // too little room, then the same response again
        "8, -05", // a method that the manifest does not name
        "9, -06", // a host that does not answer
        "10, -05", // a response that is longer than the manifest says
        "12, -04", // the last response, where there was none
        "13, -03", // a field that is the host's to say
        "14, -05", // a path that leads up, written otherwise
        "15, -03" // a field that would be two
    })
    void whatAModuleIsTold(int tool, String told) {
        MemoryHost host = host();

        assertThat(told(tool, host)).isEqualTo(told);
        assertThat(host.requests()).hasSize(Set.of("200", "201", "-06").contains(told) || tool == 10 ? 1 : 0);
    }

    @Test
    void theHostGetsTheRequestAsItWasWritten() {
        MemoryHost host = host();
        told(1, host);

        HostRequest sent = host.requests().getFirst();
        assertThat(sent.fields()).containsExactly(new HostField("Authorization", "Bearer {secret:api_token}"));
        assertThat(sent.body()).isEqualTo("hello".getBytes(UTF_8));
        assertThat(sent.bytes()).asString(UTF_8).contains("POST https://api.example.com/v1/x\n", "\n\nhello");
    }

    @Test
    void whatWasNotGrantedIsDeniedThoughTheHostHasIt() {
        SkillCall call =
                new SkillCall("t0", TestSkill.object(), Set.of(), TestSkill.LIMITS, TestSkill.NOW, TestSkill.SEED);
        MemoryHost host = host();

        assertThat(((Answered) RUNNER.run(web, call, host)).output()).contains("-01");
        assertThat(host.requests()).isEmpty();
        assertThat(told(0, SkillHost.NONE)).isEqualTo("-02");
    }

    @Test
    void aFloodOfRequestsEndsAtTheLimitOfHostCalls() {
        MemoryHost host = host();
        SkillResult result = RUNNER.run(web, TestSkill.call(11, TestSkill.LIMITS), host);

        assertThat(result)
                .isInstanceOfSatisfying(
                        Failed.class, failed -> assertThat(failed.failure()).isEqualTo(SkillFailure.HOST_CALL_LIMIT));
        assertThat(host.requests()).hasSize(1_000);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 9, 10})
    void theCallIsRepeatedFromWhatWasWrittenDown(int tool) {
        HostTranscript transcript = new HostTranscript();
        String then = told(tool, transcript.recording(host()));
        byte[] json = transcript.toJson();

        assertThat(told(tool, HostTranscript.repeating(json))).isEqualTo(then);
        SkillResult other =
                RUNNER.run(web, TestSkill.call(tool == 0 ? 1 : 0, TestSkill.LIMITS), HostTranscript.repeating(json));
        assertThat(other)
                .isInstanceOfSatisfying(
                        Failed.class, failed -> assertThat(failed.failure()).isEqualTo(SkillFailure.NOT_REPEATED));
    }

    @Test
    void onlyWhatIsARequestIsRead() throws Exception {
        assertThat(HostRequest.parse("GET https://a.example/".getBytes(UTF_8)).fields())
                .isEmpty();
        assertThat(HostRequest.parse("GET https://a.example/\nA: b\n".getBytes(UTF_8))
                        .fields())
                .containsExactly(new HostField("A", "b"));
        for (String wrong : List.of(
                "\n\n",
                "GET",
                "get https://a.example/",
                "GET  https://a.example/",
                "GET https://a.example/\n A: b",
                "GET https://a.example/\nA:b",
                "GET https://a.example/\nA : b",
                "GET https://a.example/\nA: b\u0000",
                "GET https://a.example/\nContent-Length: 1\n\nx",
                "GET https://a.example/\r\nA: b",
                "GET https://user@a.example/",
                "GET https://127.0.0.1/",
                "GET https://a.example/" + "x".repeat(9_000),
                "GET https://a.example/\nA: \u00e9",
                "GET https://a.example/" + "\nA: b".repeat(65))) {
            assertThatThrownBy(() -> HostRequest.parse(wrong.getBytes(UTF_8)))
                    .as(wrong)
                    .isInstanceOf(HostRefusedException.class);
        }
    }

    @FuzzTest
    void whatIsReadIsWrittenAsItWasUnderstood() {
        Fuzz.target("skill-request")
                .samples(
                        "GET https://a.example/\n\n".getBytes(UTF_8),
                        "POST https://a.example:444/x?y\nA: b\nC: d e\n\nbody\n\n".getBytes(UTF_8))
                .words("GET ", "https://", "\n\n", ": ", "\r\n", "Host", "{secret:x}", "%2e")
                .refusing(HostRefusedException.class)
                .rounds(4_000)
                .longest(20_000)
                .run(input -> {
                    HostRequest read = HostRequest.parse(input);
                    HostRequest again = HostRequest.parse(read.bytes());
                    assertThat(again.toString()).isEqualTo(read.toString());
                    assertThat(again.fields()).isEqualTo(read.fields());
                    assertThat(again.body()).isEqualTo(read.body());
                });
    }

    @Test
    void anotherCapabilityIsNoneForRequests() {
        SkillCall call = new SkillCall(
                "t0",
                TestSkill.object(),
                Set.of(CapabilityKind.KEY_VALUE),
                TestSkill.LIMITS,
                TestSkill.NOW,
                TestSkill.SEED);

        assertThat(((Answered) RUNNER.run(web, call, host())).output()).contains("-01");
    }
}
