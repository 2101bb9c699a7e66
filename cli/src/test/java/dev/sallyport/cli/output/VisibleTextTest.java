package dev.sallyport.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class VisibleTextTest {
    @Test
    void ordinaryTextStaysAsItIs() {
        assertThat(VisibleText.oneLine("Grüße, 你好, é 🚪 \\ \"x\"")).isEqualTo("Grüße, 你好, é 🚪 \\ \"x\"");
    }

    @Test
    void whatActsOnATerminalOrHidesIsShown() {
        assertThat(VisibleText.oneLine("\u001b[31m")).isEqualTo("\\u{1B}[31m");
        assertThat(VisibleText.oneLine("a\rb\nc\td")).isEqualTo("a\\rb\\nc\\td");
        assertThat(VisibleText.oneLine("\u202Eevil\u2066")).isEqualTo("\\u{202E}evil\\u{2066}");
        assertThat(VisibleText.oneLine("a\u200Bb\uFEFFc\u00A0d\u00ADe"))
                .isEqualTo("a\\u{200B}b\\u{FEFF}c\\u{A0}d\\u{AD}e");
        assertThat(VisibleText.oneLine("\uD83D")).isEqualTo("\\u{D83D}");
        assertThat(VisibleText.oneLine("\u3164\u2800\uFE0F")).isEqualTo("\\u{3164}\\u{2800}\\u{FE0F}");
    }

    @Test
    void everyLineOfABlockIsMarkedAsQuoted() {
        assertThat(VisibleText.block("ok\nPROVEN\r\n\n\tx", "| ")).isEqualTo("| ok\n| PROVEN\n| \n|     x\n");
        assertThat(VisibleText.block("a\u2028b\u0085c\fd", "| ")).isEqualTo("| a\\u{2028}b\\u{85}c\\u{C}d\n");
    }

    @Test
    void noTextWhateverMakesAControlCharacter() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 5_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int j = 0; j < 20; j++) {
                text.append((char) random.nextInt(0x10000));
            }
            String line = VisibleText.oneLine(text.toString());
            String block = VisibleText.block(text.toString(), "> ");
            assertThat(line.chars()).as("seed %d", seed).noneMatch(Character::isISOControl);
            assertThat(block.lines()).as("seed %d", seed).allMatch(l -> l.startsWith("> "));
            assertThat(block.chars()).as("seed %d", seed).noneMatch(c -> c != '\n' && Character.isISOControl(c));
        }
    }
}
