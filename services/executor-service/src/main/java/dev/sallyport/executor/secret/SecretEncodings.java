package dev.sallyport.executor.secret;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/** The forms in which a program may write a secret without meaning to hide it. */
final class SecretEncodings {
    private static final byte[] HEX_UPPER = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

    /** What encoders leave as it is beside letters and digits when they percent-encode. */
    private static final List<String> PERCENT_SAFE = List.of(
            // RFC 3986, 2.3
            "-._~",
            // Python's quote
            "-._~/",
            // encodeURIComponent
            "-_.!~*'()",
            // encodeURI
            "-_.!~*'();,/?:@&=+$#",
            // Forms: the WHATWG's and Java's, PHP's, .NET's
            "-_.*",
            "-_.",
            "-_.!*()");

    private static final List<Json> JSON = List.of(
            new Json("", false, false, false),
            new Json("", false, false, true),
            new Json("", false, true, false),
            new Json("", false, true, true),
            new Json("", true, false, false),
            new Json("", true, false, true),
            new Json("", true, true, false),
            new Json("", true, true, true),
            // Go, Rails
            new Json("<>&\u2028\u2029", false, false, false),
            // Gson
            new Json("<>&='\u2028\u2029", false, false, false),
            // .NET
            new Json("\"'&+<>`", true, false, true));

    private SecretEncodings() {}

    /**
     * How a writer of JSON escapes.
     *
     * @param numbered characters that it writes by their number though it need not
     * @param ascii whether all beyond ASCII are among those
     * @param slashes whether a slash is escaped
     * @param upper whether numbers have upper-case digits
     */
    private record Json(String numbered, boolean ascii, boolean slashes, boolean upper) {}

    /**
     * One form.
     *
     * @param lines whether it may be broken into lines anywhere
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by its bytes where it is looked for
    record Encoded(byte[] bytes, boolean lines) {}

    /** Each form once, the value itself among them. */
    static List<Encoded> of(byte[] value) {
        List<Encoded> forms = new ArrayList<>();
        encode(forms, value);
        byte[] trimmed = trimmed(value);
        if (trimmed.length < value.length) {
            encode(forms, trimmed);
        }
        lines(forms, trimmed);
        return forms;
    }

    /** The value without the line breaks at its end, as a shell has it. */
    static byte[] trimmed(byte[] value) {
        int end = value.length;
        while (end > 0 && isBreak(value[end - 1])) {
            end--;
        }
        return Arrays.copyOf(value, end);
    }

    private static boolean isBreak(byte each) {
        return each == '\n' || each == '\r';
    }

    /** Each line of a longer text by itself, but for what only says that a key begins or ends (RFC 7468). */
    private static void lines(List<Encoded> forms, byte[] text) {
        int from = 0;
        for (int at = 0; at <= text.length; at++) {
            if (at == text.length || isBreak(text[at])) {
                byte[] line = Arrays.copyOfRange(text, from, at);
                if (!new String(line, StandardCharsets.ISO_8859_1).matches("-----(BEGIN|END) [ -~]+-----")) {
                    add(forms, line, false);
                }
                from = at + 1;
            }
        }
    }

    private static void encode(List<Encoded> forms, byte[] value) {
        add(forms, value.clone(), false);
        for (int offset = 0; offset < 3; offset++) {
            byte[] standard = base64(value, offset);
            add(forms, standard, true);
            add(forms, replaced(replaced(standard, '+', '-'), '/', '_'), true);
        }
        String hex = HexFormat.of().formatHex(value);
        add(forms, hex.getBytes(StandardCharsets.US_ASCII), true);
        add(forms, hex.toUpperCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII), true);
        for (String safe : PERCENT_SAFE) {
            byte[] percent = percent(value, safe);
            byte[] form = new String(percent, StandardCharsets.ISO_8859_1)
                    .replace("%20", "+")
                    .getBytes(StandardCharsets.ISO_8859_1);
            add(forms, percent, false);
            add(forms, lowerPercent(percent), false);
            add(forms, form, false);
            add(forms, lowerPercent(form), false);
        }
        for (Json json : JSON) {
            add(forms, json(value, json), false);
        }
    }

    private static void add(List<Encoded> forms, byte[] form, boolean lines) {
        if (form.length >= Redaction.SHORTEST
                && forms.stream().noneMatch(known -> known.lines() == lines && Arrays.equals(known.bytes(), form))) {
            forms.add(new Encoded(form, lines));
        }
    }

    /** The characters that depend on the value alone, wherever it begins among the bytes that are encoded. */
    private static byte[] base64(byte[] value, int offset) {
        byte[] shifted = new byte[offset + value.length];
        System.arraycopy(value, 0, shifted, offset, value.length);
        byte[] encoded = Base64.getEncoder().withoutPadding().encode(shifted);
        Arrays.fill(shifted, (byte) 0);
        int from = offset == 0 ? 0 : offset + 1;
        int to = encoded.length - ((offset + value.length) % 3 == 0 ? 0 : 1);
        return Arrays.copyOfRange(encoded, from, Math.max(from, to));
    }

    private static byte[] replaced(byte[] text, char from, char to) {
        byte[] result = text.clone();
        for (int index = 0; index < result.length; index++) {
            if (result[index] == from) {
                result[index] = (byte) to;
            }
        }
        return result;
    }

    private static byte[] percent(byte[] value, String safe) {
        ByteArrayOutputStream encoded = new ByteArrayOutputStream(3 * value.length);
        for (byte each : value) {
            boolean plain = (each >= 'A' && each <= 'Z')
                    || (each >= 'a' && each <= 'z')
                    || (each >= '0' && each <= '9')
                    || (each > 0 && safe.indexOf(each) >= 0);
            if (plain) {
                encoded.write(each);
            } else {
                encoded.write('%');
                encoded.write(HEX_UPPER[(each >> 4) & 15]);
                encoded.write(HEX_UPPER[each & 15]);
            }
        }
        return encoded.toByteArray();
    }

    private static byte[] lowerPercent(byte[] percent) {
        byte[] lower = percent.clone();
        for (int index = 0; index + 2 < lower.length; index++) {
            if (lower[index] == '%') {
                lower[index + 1] = (byte) Character.toLowerCase(lower[index + 1]);
                lower[index + 2] = (byte) Character.toLowerCase(lower[index + 2]);
            }
        }
        return lower;
    }

    /** As a string of JSON has it (RFC 8259, 7); nothing for a value that is no text. */
    private static byte[] json(byte[] value, Json how) {
        StringBuilder text = new StringBuilder();
        try {
            for (char each : StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(value))
                    .toString()
                    .toCharArray()) {
                if (how.numbered().indexOf(each) >= 0 || (how.ascii() && each >= 0x7f)) {
                    text.append(number(each, how));
                    continue;
                }
                switch (each) {
                    case '"' -> text.append("\\\"");
                    case '\\' -> text.append("\\\\");
                    case '\n' -> text.append("\\n");
                    case '\r' -> text.append("\\r");
                    case '\t' -> text.append("\\t");
                    case '\b' -> text.append("\\b");
                    case '\f' -> text.append("\\f");
                    case '/' -> text.append(how.slashes() ? "\\/" : "/");
                    default -> text.append(each < ' ' ? number(each, how) : each);
                }
            }
        } catch (CharacterCodingException _) {
            return new byte[0];
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String number(char each, Json how) {
        return String.format(Locale.ROOT, how.upper() ? "\\u%04X" : "\\u%04x", (int) each);
    }
}
