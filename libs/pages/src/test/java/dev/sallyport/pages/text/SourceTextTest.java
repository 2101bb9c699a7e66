package dev.sallyport.pages.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SourceTextTest {
    @Test
    void everyLineIsThereWithItsNumberAndIndentation() {
        SourceText text = SourceText.of("permit (\n  principal\n);\n");
        assertThat(text.lines()).extracting(SourceText.Line::number).containsExactly(1, 2, 3);
        assertThat(text.lines().get(1).indent()).isEqualTo("  ");
        assertThat(text.lines().get(1).text().flat()).isEqualTo("principal");
        assertThat(text.suspicious()).isFalse();
        assertThat(SourceText.of("").lines()).hasSize(1);
        assertThat(SourceText.of("a\n\nb").lines()).hasSize(3);
    }

    @Test
    void whatHidesOrImitatesIsMarkedInEveryLine() {
        SourceText text = SourceText.of("a\u202Eb\r\n    \n\tx \np\u0430y");
        assertThat(text.lines())
                .extracting(line -> line.text().flat())
                .containsExactly(
                        "a[U+202E]b[\\r]", "[space][space][space][space]", "[\\t]x[space]", "p[\u0430 U+0430]y");
        assertThat(text.suspicious()).isTrue();
        assertThat(text.marks()).containsKeys("U+202E", "\u0430 U+0430");
    }
}
