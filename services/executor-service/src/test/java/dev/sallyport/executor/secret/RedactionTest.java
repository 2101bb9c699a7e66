package dev.sallyport.executor.secret;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.fuzz.Fuzz;
import dev.sallyport.fuzz.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedactionTest {
    private static final String SECRET = "p\u00e4ss/w\"rd+\\ one&two?three\u20ac";

    private static final Redaction REDACTION = Redaction.of(Map.of("key", SECRET.getBytes(UTF_8)));

    @Test
    void theFormsOfASecretAreTakenOut() {
        byte[] raw = SECRET.getBytes(UTF_8);
        String json = "p\u00e4ss/w\\\"rd+\\\\ one&two?three\u20ac";
        List<String> forms = List.of(
                SECRET,
                HexFormat.of().formatHex(raw),
                HexFormat.of().formatHex(raw).toUpperCase(Locale.ROOT),
                URLEncoder.encode(SECRET, UTF_8).replace("+", "%20"),
                URLEncoder.encode(SECRET, UTF_8),
                URLEncoder.encode(SECRET, UTF_8).toLowerCase(Locale.ROOT),
                json,
                json.replace("/", "\\/"),
                json.replace("\u00e4", "\\u00e4").replace("\u20ac", "\\u20ac"));
        for (String form : forms) {
            String text = "before " + form + " after";
            assertThat(REDACTION.of(text)).as(form).isEqualTo("before [secret:key] after");
        }
    }

    /** The value in the middle, as each of these writes it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                // Python's quote
                "a-b_c.d%21e~f%2Ag%27h%28i%29j/k%20l%26m%3Cn%3Eo%2Bp",
                // encodeURIComponent
                "a-b_c.d!e~f*g'h(i)j%2Fk%20l%26m%3Cn%3Eo%2Bp",
                // encodeURI
                "a-b_c.d!e~f*g'h(i)j/k%20l&m%3Cn%3Eo+p",
                // URLEncoder
                "a-b_c.d%21e%7Ef*g%27h%28i%29j%2Fk+l%26m%3Cn%3Eo%2Bp",
                // PHP's urlencode
                "a-b_c.d%21e%7Ef%2Ag%27h%28i%29j%2Fk+l%26m%3Cn%3Eo%2Bp",
                // .NET's WebUtility
                "a-b_c.d!e%7Ef*g%27h(i)j%2Fk+l%26m%3Cn%3Eo%2Bp",
                // JSON of Go
                "a-b_c.d!e~f*g'h(i)j/k l\\u0026m\\u003cn\\u003eo+p",
                // JSON of Gson
                "a-b_c.d!e~f*g\\u0027h(i)j/k l\\u0026m\\u003cn\\u003eo+p",
                // JSON of .NET
                "a-b_c.d!e~f*g\\u0027h(i)j/k l\\u0026m\\u003Cn\\u003Eo\\u002Bp"
            })
    void whatOtherLanguagesMakeOfASecretIsTakenOut(String form) {
        Redaction redaction = Redaction.of(Map.of("key", "a-b_c.d!e~f*g'h(i)j/k l&m<n>o+p".getBytes(UTF_8)));

        assertThat(redaction.of("before " + form + " after")).isEqualTo("before [secret:key] after");
        String other = form.replace("e", "E");
        assertThat(redaction.of(other)).as("control").isEqualTo(other);
    }

    @Test
    void numbersInJsonMayHaveUpperCaseDigits() {
        String json = "p\\u00E4ss/w\\\"rd+\\\\ one&two?three\\u20AC";

        assertThat(REDACTION.of(json)).isEqualTo("[secret:key]");
    }

    /** As a shell has it, and most programs that read a file. */
    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\n\n"})
    void aLineBreakAtTheEndNeedNotBeThere(String end) {
        byte[] raw = SECRET.getBytes(UTF_8);
        Redaction redaction = Redaction.of(Map.of("key", (SECRET + end).getBytes(UTF_8)));

        for (String form : List.of(
                SECRET,
                HexFormat.of().formatHex(raw),
                URLEncoder.encode(SECRET, UTF_8).replace("+", "%20"))) {
            assertThat(redaction.of("<" + form + ">")).isEqualTo("<[secret:key]>");
        }
        assertThat(redaction.of(Base64.getEncoder().encodeToString(raw))).startsWith("[secret:key]");
        assertThat(redaction.of("<" + SECRET + end + ">")).as("control").isEqualTo("<[secret:key]>");
    }

    @Test
    void eachLineOfAKeyIsTakenOut() {
        String first = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj";
        String second = "MzEfYyjiWA4R4/M2bS1GB4t7NXp98C3SC6dVMvDuictGeurT8jNbvJZHtCSuYEvu";
        String key = "-----BEGIN PRIVATE KEY-----\n" + first + "\n" + second + "\nshort==\n-----END PRIVATE KEY-----\n";
        Redaction redaction = Redaction.of(Map.of("key", key.getBytes(UTF_8)));

        assertThat(redaction.of("<" + key.strip() + ">")).isEqualTo("<[secret:key]>");
        assertThat(redaction.of("1: " + first + "\n2: " + second)).isEqualTo("1: [secret:key]\n2: [secret:key]");
        for (String other : List.of("-----BEGIN PRIVATE KEY-----", "short==", first.substring(1))) {
            assertThat(redaction.of(other)).as("control").isEqualTo(other);
        }
    }

    @ParameterizedTest
    @CsvSource({"64, n", "76, n", "76, rn", "60, n", "60, rn"})
    void brokenIntoLinesAFormIsTakenOutWhereverItBegins(int width, String end) {
        String lineBreak = end.equals("n") ? "\n" : "\r\n";
        String secret = "0123456789-abcdefghijklmnopqrstuvwxyz?".repeat(4);
        Redaction redaction = Redaction.of(Map.of("key", secret.getBytes(UTF_8)));
        for (int before = 0; before < 80; before++) {
            byte[] whole = ("x".repeat(before) + secret + "tail").getBytes(UTF_8);
            for (String form : List.of(
                    Base64.getEncoder().encodeToString(whole), HexFormat.of().formatHex(whole))) {
                String redacted = redaction.of(form.replaceAll("(.{" + width + "})", "$1" + lineBreak));
                assertThat(redacted).contains("[secret:key]");
                // The rest of both is what stands around the secret.
                assertThat(redacted.replace("[secret:key]", "")
                                .replaceAll("\\s", "")
                                .length())
                        .isLessThanOrEqualTo((before + 4) * 2 + 8);
            }
        }
        String letterByLetter = HexFormat.of().formatHex(secret.getBytes(UTF_8)).replaceAll("(.)", "$1\n");
        assertThat(redaction.of(letterByLetter)).as("what no program does").isEqualTo(letterByLetter);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 30, 31, 32})
    void base64IsTakenOutWhereverTheSecretBeginsInIt(int before) {
        byte[] whole = ("x".repeat(before) + SECRET + "tail").getBytes(UTF_8);
        for (Base64.Encoder encoder : List.of(Base64.getEncoder(), Base64.getUrlEncoder())) {
            String redacted = REDACTION.of(encoder.encodeToString(whole));
            assertThat(redacted).contains("[secret:key]");
            // What is left of it is what stands around it, and at most two characters that share bits with it.
            assertThat(redacted.replace("[secret:key]", "").length()).isLessThanOrEqualTo((before + 4) * 4 / 3 + 8);
        }
    }

    @Test
    void aSecretIsTakenOutWhereverItIsSplit() {
        byte[] text = ("a" + SECRET + "b" + SECRET + SECRET + "c").getBytes(UTF_8);
        for (int split = 0; split <= text.length; split++) {
            ByteArrayOutputStream left = new ByteArrayOutputStream();
            Redactor redactor = REDACTION.redactor();
            redactor.add(text, 0, split, left::write);
            assertThat(left.toString(UTF_8)).doesNotContain(SECRET.substring(0, 8));
            redactor.add(text, split, text.length - split, left::write);
            redactor.end(left::write);
            assertThat(left.toString(UTF_8)).isEqualTo("a[secret:key]b[secret:key][secret:key]c");
        }
    }

    @Test
    void aSecretIsTakenOutByteAfterByte() throws Exception {
        byte[] text = ("a" + SECRET + "b").getBytes(UTF_8);
        RedactingInput in = new RedactingInput(
                new ByteArrayInputStream(text) {
                    @Override
                    public synchronized int read(byte[] into, int offset, int length) {
                        return super.read(into, offset, Math.min(1, length));
                    }
                },
                REDACTION);

        assertThat(new String(in.readAllBytes(), UTF_8)).isEqualTo("a[secret:key]b");
    }

    @Test
    void whatIsNoSecretStaysAsItIs() {
        byte[] almost = SECRET.substring(0, SECRET.length() - 1).getBytes(UTF_8);
        byte[] all = new byte[4096];
        for (int index = 0; index < all.length; index++) {
            all[index] = (byte) index;
        }

        assertThat(REDACTION.of(almost)).isEqualTo(almost);
        assertThat(REDACTION.of(all)).isEqualTo(all);
        assertThat(Redaction.NONE.of(all)).isEqualTo(all);
    }

    @Test
    void ofTwoSecretsThatBeginAlikeTheWholeLongerOneGoes() {
        Redaction two =
                Redaction.of(Map.of("short", "abcdefgh".getBytes(UTF_8), "long", "abcdefghijkl".getBytes(UTF_8)));

        assertThat(two.of("-abcdefghijkl-abcdefgh-")).isEqualTo("-[secret:long]-[secret:short]-");
    }

    @Test
    void bytesThatAreNoTextAreTakenOutToo() {
        byte[] secret = {0, 1, 2, (byte) 0xff, (byte) 0xfe, 5, 6, 7, 8, 9};
        Redaction redaction = Redaction.of(Map.of("bin", secret));
        byte[] text = ("x" + new String(secret, ISO_8859_1) + "y").getBytes(ISO_8859_1);

        assertThat(redaction.of(text)).isEqualTo("x[secret:bin]y".getBytes(UTF_8));
    }

    /** However the stream is cut, the result is that of the whole, and has no form of the secret. */
    @FuzzTest
    void howTheStreamIsCutChangesNothing() {
        String secret = "abcabcabcabd";
        Redaction redaction = Redaction.of(Map.of("k", secret.getBytes(UTF_8)));
        Fuzz.target("redaction")
                .samples("xabcabcabcabdy", "abcabcabcabcabd", "")
                .words(
                        secret,
                        "\n",
                        "\r\n",
                        "616263616263616263\n616263616264",
                        "abc",
                        "abcabcabcab",
                        Base64.getEncoder().encodeToString(secret.getBytes(UTF_8)))
                .longest(4096)
                .run(input -> {
                    byte[] whole = redaction.of(input);
                    assertThat(new String(whole, ISO_8859_1)).doesNotContain(secret);
                    ByteArrayOutputStream left = new ByteArrayOutputStream();
                    Redactor redactor = redaction.redactor();
                    for (int at = 0, step = 1; at < input.length; at += step, step = step % 13 + 1) {
                        redactor.add(input, at, Math.min(step, input.length - at), left::write);
                    }
                    redactor.end(left::write);
                    assertThat(left.toByteArray()).isEqualTo(whole);
                });
    }
}
