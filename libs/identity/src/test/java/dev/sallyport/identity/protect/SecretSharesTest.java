package dev.sallyport.identity.protect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.protect.SecretShares.Share;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SecretSharesTest {
    private static final byte[] SECRET = AesGcm.randomKey();

    /** The vector of draft-mcgrew-tss-03, section 9.1. */
    @Test
    void thePublishedVectorHolds() {
        HexFormat hex = HexFormat.of();
        byte[] secret = "test\0".getBytes(StandardCharsets.US_ASCII);
        List<Share> shares =
                List.of(new Share(1, hex.parseHex("b9fa07e185")), new Share(2, hex.parseHex("f5409b4511")));
        assertThat(SecretShares.combine(shares)).isEqualTo(secret);
        byte[] coefficients = hex.parseHex("b9fa07e185");
        for (int i = 0; i < coefficients.length; i++) {
            coefficients[i] ^= secret[i];
        }
        List<Share> made = SecretShares.split(secret, 2, 2, new SecureRandom() {
            @Override
            public void nextBytes(byte[] bytes) {
                System.arraycopy(coefficients, 0, bytes, 0, bytes.length);
            }
        });
        for (int i = 0; i < 2; i++) {
            assertThat(made.get(i).index()).isEqualTo(shares.get(i).index());
            assertThat(made.get(i).value()).isEqualTo(shares.get(i).value());
        }
    }

    /** FIPS 197, section 4.2, and that every element but zero has an inverse. */
    @Test
    void theFieldIsThatOfAes() {
        assertThat(SecretShares.multiply(0x57, 0x83)).isEqualTo(0xc1);
        assertThat(SecretShares.multiply(0x57, 0x13)).isEqualTo(0xfe);
        for (int a = 1; a < 256; a++) {
            int element = a;
            assertThat(IntStream.range(1, 256).filter(b -> SecretShares.multiply(element, b) == 1))
                    .hasSize(1);
            assertThat(SecretShares.multiply(a, 0)).isZero();
            assertThat(SecretShares.multiply(a, 1)).isEqualTo(a);
        }
    }

    @Test
    void everyTwoOfThreeGiveTheSecretBackAndOneDoesNot() {
        List<Share> shares = SecretShares.split(SECRET, 2, 3);
        for (Share a : shares) {
            for (Share b : shares) {
                if (a.index() != b.index()) {
                    assertThat(SecretShares.combine(List.of(a, b))).isEqualTo(SECRET);
                }
            }
            assertThat(SecretShares.combine(List.of(a))).isNotEqualTo(SECRET);
        }
        assertThat(SecretShares.combine(shares)).isEqualTo(SECRET);
        Share changed = new Share(shares.getFirst().index(), AesGcm.randomKey());
        assertThat(SecretShares.combine(List.of(changed, shares.get(1)))).isNotEqualTo(SECRET);
        assertThatThrownBy(() -> SecretShares.combine(List.of(shares.getFirst(), shares.getFirst())))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anyThresholdOfAnyNumberHoldsAndOneLessSaysNothing() {
        Random random = new Random(7);
        for (int round = 0; round < 60; round++) {
            int threshold = 2 + random.nextInt(6);
            int count = threshold + random.nextInt(10);
            byte[] secret = AesGcm.randomKey();
            List<Share> shares = SecretShares.split(secret, threshold, count);
            int from = random.nextInt(count - threshold + 1);
            assertThat(SecretShares.combine(shares.subList(from, from + threshold)))
                    .isEqualTo(secret);
            assertThat(SecretShares.combine(shares.subList(from, from + threshold - 1)))
                    .isNotEqualTo(secret);
        }
        // Of one share of two every secret is as likely: for one byte, its value takes them all.
        Set<Byte> values = new HashSet<>();
        for (int round = 0; round < 4000; round++) {
            values.add(SecretShares.split(new byte[] {42}, 2, 2).getFirst().value()[0]);
        }
        assertThat(values).hasSize(256);
        for (int[] wrong : new int[][] {{1, 3}, {3, 2}, {2, 256}}) {
            assertThatThrownBy(() -> SecretShares.split(SECRET, wrong[0], wrong[1]))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aShareIsOneWordForPeopleAndOtherWordsAreNone() {
        Share share = SecretShares.split(SECRET, 2, 3).get(2);
        assertThat(Share.tryParse(share.text())).hasValueSatisfying(read -> {
            assertThat(read.index()).isEqualTo(3);
            assertThat(read.value()).isEqualTo(share.value());
        });
        assertThat(share.toString()).doesNotContain(share.text().substring(7));
        for (String wrong : List.of(
                "",
                "sp_shr_",
                "sp_shr_AAAA",
                share.text() + "AAAA",
                share.text().substring(3),
                "sp_shr_?")) {
            assertThat(Share.tryParse(wrong)).as(wrong).isEmpty();
        }
        assertThat(Share.tryParse(new Share(0, SECRET).text())).isEmpty();
    }
}
