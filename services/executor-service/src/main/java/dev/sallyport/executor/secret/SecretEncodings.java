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

    private SecretEncodings() {}

    /** Each form once, the value itself among them. */
    static List<byte[]> of(byte[] value) {
        List<byte[]> forms = new ArrayList<>();
        add(forms, value.clone());
        for (int offset = 0; offset < 3; offset++) {
            byte[] standard = base64(value, offset);
            add(forms, standard);
            add(forms, replaced(replaced(standard, '+', '-'), '/', '_'));
        }
        String hex = HexFormat.of().formatHex(value);
        add(forms, hex.getBytes(StandardCharsets.US_ASCII));
        add(forms, hex.toUpperCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII));
        byte[] percent = percent(value);
        byte[] form = new String(percent, StandardCharsets.US_ASCII)
                .replace("%20", "+")
                .getBytes(StandardCharsets.US_ASCII);
        add(forms, percent);
        add(forms, lowerPercent(percent));
        add(forms, form);
        add(forms, lowerPercent(form));
        for (boolean ascii : new boolean[] {false, true}) {
            for (boolean slashes : new boolean[] {false, true}) {
                byte[] json = json(value, ascii, slashes);
                if (json.length > 0) {
                    add(forms, json);
                }
            }
        }
        return forms;
    }

    private static void add(List<byte[]> forms, byte[] form) {
        if (form.length >= Redaction.SHORTEST && forms.stream().noneMatch(known -> Arrays.equals(known, form))) {
            forms.add(form);
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

    private static byte[] percent(byte[] value) {
        ByteArrayOutputStream encoded = new ByteArrayOutputStream(3 * value.length);
        for (byte each : value) {
            boolean plain = (each >= 'A' && each <= 'Z')
                    || (each >= 'a' && each <= 'z')
                    || (each >= '0' && each <= '9')
                    || each == '-'
                    || each == '.'
                    || each == '_'
                    || each == '~';
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
    private static byte[] json(byte[] value, boolean ascii, boolean slashes) {
        StringBuilder text = new StringBuilder();
        try {
            for (char each : StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(value))
                    .toString()
                    .toCharArray()) {
                switch (each) {
                    case '"' -> text.append("\\\"");
                    case '\\' -> text.append("\\\\");
                    case '\n' -> text.append("\\n");
                    case '\r' -> text.append("\\r");
                    case '\t' -> text.append("\\t");
                    case '\b' -> text.append("\\b");
                    case '\f' -> text.append("\\f");
                    case '/' -> text.append(slashes ? "\\/" : "/");
                    default -> {
                        if (each < ' ' || (ascii && each >= 0x7f)) {
                            text.append(String.format(Locale.ROOT, "\\u%04x", (int) each));
                        } else {
                            text.append(each);
                        }
                    }
                }
            }
        } catch (CharacterCodingException _) {
            return new byte[0];
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
