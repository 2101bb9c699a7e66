package dev.sallyport.statements.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.statements.json.JsonRefusedException.Reason;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.erdtman.jcs.JsonCanonicalizer;
import org.erdtman.jcs.NumberToJSON;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class CanonicalJsonTest {
    @Test
    void theExampleOfRfc8785ComesOutAsPrintedThere() throws JsonRefusedException {
        String text = """
                {"numbers": [3333.3333333333, 4.50, 2e-3, 0.000001],
                 "string": "\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\"\\/",
                 "literals": [null, true, false]}""";
        assertThat(canonical(text))
                .isEqualTo("{\"literals\":[null,true,false],\"numbers\":[3333.3333333333,4.5,0.002,0.000001],"
                        + "\"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
    }

    /** A name that stays in memory once it was read would let whoever sends names fill it. */
    @Test
    void noNameThatSomebodySentIsKept() throws JsonRefusedException {
        WeakReference<String> name = new WeakReference<>(
                CanonicalJson.readObject("{\"name sent once\":1}".getBytes(StandardCharsets.UTF_8), JsonRules.ARGUMENTS)
                        .propertyNames()
                        .iterator()
                        .next());
        long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        while (name.get() != null && System.nanoTime() - deadline < 0) {
            System.gc();
        }
        assertThat(name.get()).isNull();
    }

    @Test
    void membersAreSortedByUtf16Units() throws JsonRefusedException {
        assertThat(canonical("{\"\\ufb33\":1,\"\\ud83d\\ude00\":2,\"a\":3,\"1\":4,\"\":5}"))
                .isEqualTo("{\"\":5,\"1\":4,\"a\":3,\"\ud83d\ude00\":2,\"\ufb33\":1}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"a":1,"a":2}            | DUPLICATE_KEY | /a
            {"a":{"b":1,"b":2}}      | DUPLICATE_KEY | /a/b
            {"a":1,"\\u0061":2}      | DUPLICATE_KEY | /a
            ["\\ud800"]              | LONE_SURROGATE | /0
            ["\\udc00\\ud800"]       | LONE_SURROGATE | /0
            {"a":"x\\u0000"}         | NUL | /a
            {"a":NaN}                | SYNTAX | ''
            {"a":Infinity}           | SYNTAX | ''
            {"a":1e999}              | NUMBER | /a
            {"a":9007199254740992}   | NUMBER | /a
            {"a":0.1234567890123456789} | NUMBER | /a
            {"a":1e-999999999}       | NUMBER | /a
            {"a":1E999999999999}     | NUMBER | /a
            {"a":01}                 | SYNTAX | ''
            {"a":1}x                 | SYNTAX | ''
            {"a":1}{}                | SYNTAX | ''
            {'a':1}                  | SYNTAX | ''
            {"a":1,}                 | SYNTAX | ''
            {"a                      | SYNTAX | ''
            [1                       | SYNTAX | ''
            """)
    void whatTwoParsersCouldReadDifferentlyIsRefusedWithItsPlace(String text, Reason reason, String pointer) {
        assertThatThrownBy(() -> canonical(text)).isInstanceOfSatisfying(JsonRefusedException.class, refused -> {
            assertThat(refused.reason()).isEqualTo(reason);
            if (reason != Reason.SYNTAX) {
                assertThat(refused.pointer()).isEqualTo(pointer);
            }
        });
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() {
        byte[] overlong = {'{', '"', (byte) 0xc0, (byte) 0x80, '"', ':', '1', '}'};
        assertThatThrownBy(() -> CanonicalJson.read(overlong, JsonRules.ARGUMENTS))
                .isInstanceOfSatisfying(
                        JsonRefusedException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.NOT_UTF8));
        byte[] utf16 = "{\"a\":1}".getBytes(StandardCharsets.UTF_16LE);
        assertThatThrownBy(() -> CanonicalJson.read(utf16, JsonRules.ARGUMENTS))
                .isInstanceOf(JsonRefusedException.class);
    }

    @Test
    void depthIsLimited() throws JsonRefusedException {
        assertThat(canonical("[".repeat(32) + "]".repeat(32))).hasSize(64);
        assertThatThrownBy(() -> canonical("[".repeat(33) + "]".repeat(33)))
                .isInstanceOfSatisfying(
                        JsonRefusedException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.TOO_DEEP));
        assertThatThrownBy(() -> canonical("[".repeat(60_000))).isInstanceOf(JsonRefusedException.class);
    }

    @Test
    void statementsHoldNeitherFractionsNorNulls() {
        assertThatThrownBy(() -> CanonicalJson.read(utf8("{\"a\":1.5}"), JsonRules.STATEMENT))
                .isInstanceOf(JsonRefusedException.class);
        assertThatThrownBy(() -> CanonicalJson.read(utf8("{\"a\":null}"), JsonRules.STATEMENT))
                .isInstanceOf(JsonRefusedException.class);
    }

    @Test
    void whatIsReadAndWrittenIsAFixedPoint() throws JsonRefusedException {
        long seed = 20261121;
        Random random = new Random(seed);
        for (int round = 0; round < 2_000; round++) {
            ObjectNode object = randomObject(random, 4);
            byte[] once = CanonicalJson.write(object);
            JsonNode read = CanonicalJson.read(once, JsonRules.ARGUMENTS);
            assertThat(CanonicalJson.write(read))
                    .as("seed %d round %d", seed, round)
                    .isEqualTo(once);
            assertThat(CanonicalJson.readCanonicalObject(once, JsonRules.ARGUMENTS))
                    .isEqualTo(read);
        }
    }

    @Test
    void whatIsWrittenIsWhatAnotherCanonicalizerWrites() throws IOException {
        long seed = 8785;
        Random random = new Random(seed);
        for (int round = 0; round < 5_000; round++) {
            ObjectNode object = randomObject(random, 4);
            object.put("controls", "\"\\/\b\t\n\f\r" + (char) (1 + random.nextInt(0x9f)));
            assertThat(new String(CanonicalJson.write(object), StandardCharsets.UTF_8))
                    .as("seed %d round %d", seed, round)
                    .isEqualTo(new JsonCanonicalizer(object.toString()).getEncodedString());
        }
    }

    @Test
    void integersBeyondADoublesPrecisionAreWrittenAsTheDoubleTheyBecome() throws IOException {
        for (long integer :
                new long[] {0, -1, (1L << 53) - 1, 1L << 53, (1L << 53) + 1, Long.MAX_VALUE, Long.MIN_VALUE}) {
            assertThat(new String(
                            CanonicalJson.write(JsonNodeFactory.instance.numberNode(integer)), StandardCharsets.UTF_8))
                    .isEqualTo(NumberToJSON.serializeNumber((double) integer));
        }
    }

    @Test
    void whatHasNoCanonicalFormIsNotWritten() {
        for (String text : List.of("\ud800", "\udc00\ud800", "a\ud800b")) {
            assertThatThrownBy(() -> CanonicalJson.write(JsonNodeFactory.instance.stringNode(text)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        for (double number : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> CanonicalJson.write(JsonNodeFactory.instance.numberNode(number)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(CanonicalJson.write(JsonNodeFactory.instance.stringNode("\ud83d\ude00")))
                .isEqualTo(utf8("\"\ud83d\ude00\""));
    }

    @Test
    void mutatedDocumentsAreReadOrRefusedButNeverCrash() {
        long seed = 7;
        Random random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = CanonicalJson.write(randomObject(random, 3));
            for (int i = 0; i <= random.nextInt(3); i++) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            try {
                JsonNode node = CanonicalJson.read(bytes, JsonRules.ARGUMENTS);
                assertThat(CanonicalJson.read(CanonicalJson.write(node), JsonRules.ARGUMENTS))
                        .as("seed %d round %d", seed, round)
                        .isEqualTo(node);
            } catch (JsonRefusedException refused) {
                assertThat(refused.getMessage()).isNotBlank();
            }
        }
    }

    private static ObjectNode randomObject(Random random, int depth) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        for (int i = random.nextInt(5); i >= 0; i--) {
            object.set(randomText(random), randomValue(random, depth - 1));
        }
        return object;
    }

    private static JsonNode randomValue(Random random, int depth) {
        return switch (random.nextInt(depth > 0 ? 7 : 5)) {
            case 0 -> JsonNodeFactory.instance.numberNode(random.nextLong(1L << 53));
            case 1 ->
                JsonNodeFactory.instance.numberNode(random.nextGaussian() * Math.pow(10, random.nextInt(30) - 20));
            case 2 -> JsonNodeFactory.instance.booleanNode(random.nextBoolean());
            case 3 -> JsonNodeFactory.instance.nullNode();
            case 4 -> JsonNodeFactory.instance.stringNode(randomText(random));
            case 5 -> randomObject(random, depth);
            default -> {
                ArrayNode array = JsonNodeFactory.instance.arrayNode();
                for (int i = random.nextInt(4); i > 0; i--) {
                    array.add(randomValue(random, depth - 1));
                }
                yield array;
            }
        };
    }

    private static String randomText(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(6); i > 0; i--) {
            int point = random.nextInt(4) == 0 ? random.nextInt(0x10ffff) + 1 : 'a' + random.nextInt(26);
            if (point < 0xd800 || point > 0xdfff) {
                text.appendCodePoint(point);
            }
        }
        return text.toString();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String canonical(String text) throws JsonRefusedException {
        return new String(
                CanonicalJson.write(CanonicalJson.read(utf8(text), JsonRules.ARGUMENTS)), StandardCharsets.UTF_8);
    }
}
