package dev.sallyport.pages.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.pages.text.VisibleText.Kind;
import dev.sallyport.pages.text.VisibleText.Piece;
import dev.sallyport.statements.Digest;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class VisibleTextTest {
    @Test
    void plainTextStaysAsItIs() {
        VisibleText text = VisibleText.of("rm -rf ./build && echo \"done\" <b>");

        assertThat(text.pieces())
                .singleElement()
                .satisfies(piece -> assertThat(piece.kind()).isEqualTo(Kind.PLAIN));
        assertThat(text.suspicious()).isFalse();
    }

    @Test
    void theWorldsOwnLettersStayAsTheyAre() {
        assertThat(VisibleText.of("Größe, naïve, 文字, 東京").suspicious()).isFalse();
    }

    @Test
    void aRightToLeftOverrideIsNamedAndDoesNotReachThePage() {
        VisibleText text = VisibleText.of("invoice\u202Efdp.exe");

        assertThat(text.flat()).isEqualTo("invoice[U+202E]fdp.exe");
        assertThat(text.pieces().get(1).kind()).isEqualTo(Kind.BIDI);
        assertThat(text.pieces().get(1).title()).contains("RIGHT-TO-LEFT OVERRIDE");
    }

    @Test
    void controlsAndInvisibleCharactersAreNamed() {
        assertThat(VisibleText.of("a\u0000b\u001b[31mc\td\u007f").flat()).isEqualTo("a[U+0000]b[ESC][31mc[\\t]d[DEL]");
        assertThat(VisibleText.of("a\u200Bb\u00ADc\uFEFFd\u2800e\u00A0f").flat())
                .isEqualTo("a[U+200B]b[U+00AD]c[U+FEFF]d[U+2800]e[U+00A0]f");
        assertThat(VisibleText.of("a\uDB40\uDC41b").flat()).isEqualTo("a[U+E0041]b");
        assertThat(VisibleText.of("a\uD800b").flat()).isEqualTo("a[U+D800]b");
    }

    @Test
    void lettersThatPoseAsOthersAreNamed() {
        Piece cyrillicA = VisibleText.of("pаypal.com").pieces().get(1);

        assertThat(cyrillicA.kind()).isEqualTo(Kind.LOOKALIKE);
        assertThat(cyrillicA.text()).isEqualTo("а U+0430");
        assertThat(cyrillicA.title()).contains("CYRILLIC").contains("not the usual a");
        assertThat(VisibleText.of("ｒｍ").pieces()).allMatch(piece -> piece.kind() == Kind.LOOKALIKE);
        assertThat(VisibleText.of("evil.com∕good.com").suspicious()).isTrue();
        assertThat(VisibleText.of("x\uFF0Fy").pieces().get(1).title()).contains("not the usual /");
    }

    @Test
    void spacesThatCannotBeSeenAreDrawn() {
        assertThat(VisibleText.of(" a  b ").flat()).isEqualTo("[space]a [space]b[space]");
    }

    @Test
    void aLongRunOfOneMarkIsCountedAndHidesNothingBehindIt() {
        VisibleText text = VisibleText.of("a" + "\n".repeat(1_300) + "rm -rf /");

        assertThat(text.flat()).isEqualTo("a[\\n ×1,300]rm -rf /");
        assertThat(text.marks()).containsExactly(Map.entry("\\n", "LINE FEED"));
        assertThat(VisibleText.of("a\n\nb").flat()).isEqualTo("a[\\n][\\n]b");
    }

    @Test
    void aLongTextIsCutWithSizeAndDigestOfTheWhole() {
        String text = "x".repeat(VisibleText.SHOWN) + "secret tail";

        VisibleText cut = VisibleText.of(text);

        assertThat(cut.flat()).contains("11 characters not shown").endsWith("secret tail");
        assertThat(cut.flat())
                .contains(Digest.of(text.getBytes(StandardCharsets.UTF_8)).hex());
    }

    @Test
    void noPlainPieceEverHoldsWhatCouldDeceive() {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        for (int round = 0; round < 2_000; round++) {
            var text = new StringBuilder();
            for (int length = random.nextInt(40); length > 0; length--) {
                text.appendCodePoint(
                        switch (random.nextInt(4)) {
                            case 0 -> random.nextInt(0x250);
                            case 1 -> 0x2000 + random.nextInt(0x100);
                            case 2 -> 'a' + random.nextInt(26);
                            default -> random.nextInt(Character.MAX_CODE_POINT + 1);
                        });
            }
            for (Piece piece : VisibleText.of(text.toString()).pieces()) {
                if (piece.plain()) {
                    assertThat(piece.text().codePoints())
                            .as("seed %d", seed)
                            .allMatch(point -> !Character.isISOControl(point)
                                    && Character.getType(point) != Character.FORMAT
                                    && Character.getType(point) != Character.UNASSIGNED
                                    && Character.getType(point) != Character.SURROGATE
                                    && (point == ' ' || !Character.isSpaceChar(point)));
                } else {
                    assertThat(piece.text().codePoints())
                            .as("seed %d", seed)
                            .noneMatch(point ->
                                    Character.getType(point) == Character.FORMAT || Character.isISOControl(point));
                }
            }
        }
    }
}
