package dev.sallyport.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;

/** Pieces that parsers trip over. */
final class Hostile {
    /** Integers and fractions at the edges of what some parser keeps. */
    static final List<String> NUMBERS = List.of(
            "0",
            "-0",
            "-1",
            "1.0",
            "1e0",
            "01",
            "+1",
            "1.",
            ".5",
            "0x10",
            "1e999",
            "-1e999",
            "1e-999999999",
            "1e2147483648",
            "9007199254740991",
            "9007199254740992",
            "9223372036854775807",
            "9223372036854775808",
            "-9223372036854775808",
            "18446744073709551616",
            "4294967296",
            "2147483648",
            "0.1",
            "1E400",
            "NaN",
            "Infinity",
            "9".repeat(400),
            "0." + "1".repeat(60),
            "\u0661\u0662",
            "1_000");

    /** Texts in which what is shown is not what is read. */
    static final List<String> TEXTS = List.of(
            "",
            " ",
            "\t",
            "\r\n",
            "\u0000",
            "\u0007",
            "\u001b[31m",
            "\u007f",
            "\u0085",
            "\u00a0",
            "\u00ad",
            "\u200b",
            "\u202e",
            "\u2066x\u2069",
            "\u2028",
            "\ufeff",
            "\ufffd",
            "\uffff",
            "\ud83d\ude00",
            "e\u0301",
            "\u0130",
            "\uff0e\uff0e\uff0f",
            "..",
            "../",
            "/",
            "//",
            "%00",
            "%2e%2e%2f",
            "%",
            "\\",
            "'",
            "\"",
            "<script>",
            "${x}",
            "{{x}}",
            "\\u0000",
            "\\ud800",
            "\\udc00\\ud800",
            "\\u0061",
            "null",
            "__proto__",
            "a".repeat(300),
            "x".repeat(9_000));

    /** Whole JSON values of the wrong kind. */
    static final List<String> VALUES = List.of(
            "null",
            "true",
            "false",
            "{}",
            "[]",
            "[[]]",
            "\"\"",
            "0",
            "-1",
            "1.5",
            "[null]",
            "{\"\":0}",
            "{\"a\":1,\"a\":2}",
            "\"\\ud800\"",
            "\"\\u0000\"",
            "9007199254740993",
            "1e400");

    /** Punctuation of the formats read here. */
    static final List<String> TOKENS = List.of(
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"",
            "\n",
            "\n\n",
            "\r\n",
            "=",
            "==",
            "+",
            "-",
            "--",
            ";",
            "&",
            "?",
            "#",
            "-----BEGIN CERTIFICATE-----\n",
            "-----END CERTIFICATE-----\n",
            "\u2014 ",
            "spiffe://",
            "sha256:",
            "T00:00:00.000Z",
            "/*x*/",
            "//x\n");

    /** Bytes that are not UTF-8, and marks of other encodings. */
    static final List<byte[]> BYTES = List.of(
            new byte[] {(byte) 0xc0, (byte) 0x80},
            new byte[] {(byte) 0xff},
            new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
            new byte[] {(byte) 0xf4, (byte) 0x90, (byte) 0x80, (byte) 0x80},
            new byte[] {(byte) 0xef, (byte) 0xbb, (byte) 0xbf},
            new byte[] {0, 0, 0, 0},
            new byte[] {0x30, (byte) 0x80},
            new byte[] {0x30, (byte) 0x84, 0x7f, (byte) 0xff, (byte) 0xff, (byte) 0xff},
            new byte[] {'P', 'K', 1, 2},
            new byte[] {'P', 'K', 3, 4});

    private Hostile() {}

    static byte[] utf8(String text) {
        return text.getBytes(UTF_8);
    }
}
