package dev.sallyport.policy.proposal.flow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.statements.predicate.ToolExecuted.Gap;
import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Test;

class CallResultTest {
    @Test
    void textSaysWhatIsMissingInItsMiddle() {
        assertThat(CallResult.utf8("headtail".getBytes(UTF_8), new Gap(4, 1000)))
                .contains("head\n[1000 bytes are missing here]\ntail");
        assertThat(CallResult.utf8("tail".getBytes(UTF_8), new Gap(0, 1)))
                .contains("\n[1 bytes are missing here]\ntail");
        assertThat(CallResult.utf8("head".getBytes(UTF_8), new Gap(4, 1)))
                .contains("head\n[1 bytes are missing here]\n");
    }

    @Test
    void characterThatTheGapCutsInTwoIsLeftOut() {
        for (String character : new String[] {"ü", "€", "😀"}) {
            byte[] whole = character.getBytes(UTF_8);
            for (int cut = 1; cut < whole.length; cut++) {
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                bytes.writeBytes(("é" + character).getBytes(UTF_8));
                bytes.write(whole, 0, cut);
                int at = bytes.size();
                bytes.write(whole, cut, whole.length - cut);
                bytes.writeBytes((character + "z").getBytes(UTF_8));

                assertThat(CallResult.utf8(bytes.toByteArray(), new Gap(at, 5)))
                        .as("%s cut after %d", character, cut)
                        .contains("é" + character + "\n[5 bytes are missing here]\n" + character + "z");
            }
        }
    }

    @Test
    void whatIsNoTextStaysBytes() {
        assertThat(CallResult.utf8(new byte[] {'a', (byte) 0xff, 'b', 'c'}, new Gap(3, 5)))
                .isEmpty();
        assertThat(CallResult.utf8(new byte[] {(byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80, 'b'}, new Gap(4, 5)))
                .isEmpty();
    }
}
