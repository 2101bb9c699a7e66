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
                .words(secret, "abc", "abcabcabcab", Base64.getEncoder().encodeToString(secret.getBytes(UTF_8)))
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
