package dev.sallyport.approval.prompt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.fuzz.Fuzz;
import dev.sallyport.fuzz.FuzzTest;
import dev.sallyport.pages.text.VisibleText;
import dev.sallyport.statements.prompt.Prompt;
import dev.sallyport.statements.record.Detail;

/** Hostile text in what a person is shown: nothing that controls, hides or reorders is ever drawn. */
class PromptFuzzTest {
    @FuzzTest
    void aPromptIsReadOrRefusedAndItsTextsAreShownVisibly() {
        Fuzz.target("prompt")
                .samples(
                        "{\"v\":1,\"summary\":\"run\",\"tool\":\"process.run\",\"tool_version\":\"1\",\"arguments\":"
                                + "{\"args\":[\"-a\",null,1.5]},\"principal\":\"agent:a\",\"channel\":\"api\",\"capabilities\":[\"x\"],"
                                + "\"rules\":[{\"id\":\"r\",\"reason\":\"why\"}],\"sandbox\":{\"tier\":\"C\",\"egress\":\"strict\","
                                + "\"hosts\":[\"a.example\"],\"limits\":{\"wall_ms\":1000}},\"secrets\":[],\"rationale\":\"\\u202e because\"}")
                .refusing(Prompt.UnreadableException.class)
                .run(input -> {
                    Prompt prompt = Prompt.read(Detail.of(input));
                    for (String text : new String[] {
                        prompt.summary(),
                        prompt.rationale(),
                        prompt.tool().arguments().toString()
                    }) {
                        assertDrawn(VisibleText.of(text));
                    }
                });
    }

    @FuzzTest
    void whateverTheTextOnlyWhatIsSeenIsDrawn() {
        Fuzz.target("visible-text")
                .samples("plain", "two\nlines\tand \u202eback\u2066 \ud83d\ude00 e\u0301 \u0430pple")
                .longest(8_192)
                .work(16 << 20, 4_000)
                .run(input -> assertDrawn(VisibleText.of(new String(input, UTF_8))));
    }

    private static void assertDrawn(VisibleText visible) {
        String flat = visible.flat();
        for (int point : flat.codePoints().toArray()) {
            int type = Character.getType(point);
            assertThat(type == Character.FORMAT
                            || (type == Character.CONTROL && point != '\n')
                            || type == Character.SURROGATE
                            || type == Character.PRIVATE_USE
                            || type == Character.UNASSIGNED)
                    .as("U+%04X is drawn", point)
                    .isFalse();
        }
    }
}
