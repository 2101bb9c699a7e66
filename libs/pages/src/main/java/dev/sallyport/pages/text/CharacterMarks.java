package dev.sallyport.pages.text;

import dev.sallyport.pages.text.VisibleText.Kind;
import dev.sallyport.pages.text.VisibleText.Piece;
import java.text.Normalizer;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decides for one character whether it must be marked. Unassigned, private and unpaired code points, everything without
 * a shape, and whatever draws like an ASCII character without being it, is marked; other letters of the world's scripts
 * are left as they are.
 */
final class CharacterMarks {
    /**
     * Letters and signs that common fonts draw like the ASCII character behind the colon, of the scripts that are used to
     * deceive (from Unicode Technical Standard 39's notion of confusables, limited to one-to-one pairs). What Unicode
     * itself folds into ASCII (full width, mathematical, superscript …) is found by normalisation and not listed.
     */
    private static final Map<Integer, String> LOOKALIKES = lookalikes(
            // Cyrillic
            "а:a в:B с:c е:e һ:h і:i ј:j к:k м:M н:H о:o р:p ԛ:q г:r ѕ:s т:T у:y ѵ:v ԝ:w х:x ԁ:d ӏ:l ғ:f ь:b",
            "А:A В:B С:C Е:E Н:H І:I Ј:J К:K М:M О:O Р:P Ѕ:S Т:T У:Y Х:X Ѵ:V Ԝ:W Ԛ:Q Ӏ:I З:3 Ҁ:C ԍ:G",
            // Greek
            "α:a ν:v ο:o ρ:p υ:u ι:i κ:k χ:x γ:y τ:t ω:w η:n ϲ:c ϳ:j ε:e σ:o",
            "Α:A Β:B Ε:E Ζ:Z Η:H Ι:I Κ:K Μ:M Ν:N Ο:O Ρ:P Τ:T Υ:Y Χ:X Ϲ:C Ϳ:J",
            // Armenian, Hebrew, Arabic digits, Cherokee and Georgian letters seen in attacks
            "օ:o ո:n ս:u հ:h ց:g զ:q ա:w յ:j լ:l Օ:O Տ:S Ս:U Լ:L ו:l ס:o ن:u ه:o ٠:. ۰:. ١:l ۱:l ٥:o ۵:o ა:s ყ:y",
            "Ꭺ:A Ᏼ:B Ꮯ:C Ꭰ:D Ꭼ:E Ꮋ:H Ꭻ:J Ꮶ:K Ꮮ:L Ꮇ:M Ꮲ:P Ꮪ:S Ꭲ:T Ꮩ:V Ꮃ:W Ꮓ:Z",
            // Latin letters that imitate plain ones
            "ı:i ɑ:a ɡ:g ʏ:Y ʟ:L ɩ:i ƅ:b ƽ:s ɴ:N ʀ:R ᴄ:c ᴏ:o ᴠ:v ᴡ:w ᴢ:z ꞁ:l ǀ:l ɪ:I ꜱ:s ᴋ:k ᴍ:m ᴛ:t ᴜ:u",
            // Punctuation that imitates what a shell or a host name reads
            "‐:- ‑:- ‒:- –:- —:- ―:- −:- ⁃:- ﹣:- ⸺:- ⁄:/ ∕:/ ⧸:/ ╱:/ ⟋:/ 〳:/ ∖:\\ ⧵:\\ ⧹:\\ ﹨:\\ ╲:\\",
            "‘:' ’:' ‚:, ‛:' ′:' ʹ:' ʼ:' ʻ:' ˈ:' ＇:' “:\" ”:\" „:\" ‟:\" ″:\" ˮ:\" ՚:' ׳:' ״:\" ｀:` ˋ:` ՝:` `:`",
            "։:: ׃:: ܃:: ܄:: ꞉:: ∶:: ː:: ︰:: ․:. ‧:. ・:. ･:. ᛫:. ⸱:. 。:. ‚:, ،:, ٫:, ⁏:; ؛:; ǃ:! ǁ:| ∣:| ❘:| │:| ｜:|",
            "∗:* ⁎:* ٭:* ✱:* ꞏ:. ⁓:~ ∼:~ ˜:~ 〜:~ ‹:< ›:> ᐸ:< ᐳ:> ˂:< ˃:> ❮:< ❯:> ＄:$ ٪:% ﬩:+ ᚋ:+ ꓿:= ᐀:= ⹀:=");

    private CharacterMarks() {}

    /**
     * The mark that stands for this code point, or null if it is drawn as it is.
     *
     * @param edge whether a space here could not be told from none: first, last, or after another space
     */
    static @Nullable Piece of(int point, boolean edge) {
        if (point == '\n') {
            return new Piece(Kind.LINE_END, "\\n", "LINE FEED");
        }
        if (point == ' ') {
            return edge ? new Piece(Kind.INVISIBLE, "space", "SPACE") : null;
        }
        if (point > ' ' && point < 0x7f) {
            return null;
        }
        Kind kind = kind(point);
        if (kind == Kind.CONTROL) {
            return new Piece(kind, controlName(point), name(point));
        }
        if (kind != Kind.PLAIN) {
            return new Piece(kind, hex(point), name(point));
        }
        String imitated = imitated(point);
        return imitated == null
                ? null
                : new Piece(
                        Kind.LOOKALIKE,
                        Character.toString(point) + " " + hex(point),
                        name(point) + ", not the usual " + imitated);
    }

    private static Kind kind(int point) {
        if (isBidiControl(point)) {
            return Kind.BIDI;
        }
        if (drawsNothing(point)) {
            return Kind.INVISIBLE;
        }
        return switch (Character.getType(point)) {
            case Character.CONTROL -> Kind.CONTROL;
            case Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SPACE_SEPARATOR,
                    Character.NON_SPACING_MARK,
                    Character.ENCLOSING_MARK -> Kind.INVISIBLE;
            case Character.UNASSIGNED, Character.PRIVATE_USE, Character.SURROGATE -> Kind.UNKNOWN;
            default -> Kind.PLAIN;
        };
    }

    private static boolean isBidiControl(int point) {
        return point == 0x061c
                || point == 0x200e
                || point == 0x200f
                || (point >= 0x202a && point <= 0x202e)
                || (point >= 0x2066 && point <= 0x2069);
    }

    /** Letters and symbols by category that nevertheless have no shape (fillers, the blank Braille pattern). */
    private static boolean drawsNothing(int point) {
        return point == 0x115f || point == 0x1160 || point == 0x3164 || point == 0xffa0 || point == 0x2800;
    }

    private static @Nullable String imitated(int point) {
        String listed = LOOKALIKES.get(point);
        if (listed != null) {
            return listed;
        }
        String itself = Character.toString(point);
        String folded = Normalizer.normalize(itself, Normalizer.Form.NFKC);
        boolean becomesAscii = !folded.equals(itself) && folded.chars().allMatch(c -> c > ' ' && c < 0x7f);
        return becomesAscii ? folded : null;
    }

    private static String controlName(int point) {
        return switch (point) {
            case '\t' -> "\\t";
            case '\r' -> "\\r";
            case 0x1b -> "ESC";
            case 0x7f -> "DEL";
            default -> hex(point);
        };
    }

    private static String hex(int point) {
        return String.format(Locale.ROOT, "U+%04X", point);
    }

    private static String name(int point) {
        String name = Character.getName(point);
        return name == null ? "no character" : name;
    }

    private static Map<Integer, String> lookalikes(String... rows) {
        Map<Integer, String> table = new HashMap<>();
        for (String row : rows) {
            for (String pair : row.split(" ", -1)) {
                int point = pair.codePointAt(0);
                if (point >= 0x80) {
                    table.put(point, pair.substring(Character.charCount(point) + 1));
                }
            }
        }
        return Map.copyOf(table);
    }
}
