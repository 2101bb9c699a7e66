package dev.sallyport.identity.protect;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Shamir's threshold scheme over GF(256) with the polynomial of AES, as draft-mcgrew-tss-03 lays it out (section 4): each
 * byte of the secret is the constant term of a random polynomial of degree threshold − 1, a share its value at the
 * share's index. Fewer shares than the threshold say nothing about the secret.
 *
 * <p>Multiplication takes the same steps for all values, so that its time says nothing about them either.
 */
public final class SecretShares {
    private static final int MOST = 255;
    private static final int REDUCTION = 0x1b;
    private static final SecureRandom RANDOM = new SecureRandom();

    private SecretShares() {}

    /**
     * One person's share.
     *
     * @param index from 1 to 255, another one for each share
     * @param value as long as the secret
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Share(int index, byte[] value) {
        private static final String PREFIX = "sp_shr_";

        /** As people keep it: one word. */
        public String text() {
            byte[] all = new byte[value.length + 1];
            all[0] = (byte) index;
            System.arraycopy(value, 0, all, 1, value.length);
            return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(all);
        }

        /** The share of such a word; empty when it is none. */
        public static Optional<Share> tryParse(String text) {
            if (!text.startsWith(PREFIX)) {
                return Optional.empty();
            }
            try {
                byte[] all = Base64.getUrlDecoder().decode(text.substring(PREFIX.length()));
                return all.length != AesGcm.KEY_BYTES + 1 || all[0] == 0
                        ? Optional.empty()
                        : Optional.of(new Share(all[0] & 0xff, Arrays.copyOfRange(all, 1, all.length)));
            } catch (IllegalArgumentException _) {
                return Optional.empty();
            }
        }

        /** Hides the share. */
        @Override
        public String toString() {
            return "Share[" + index + ", …]";
        }
    }

    /**
     * Splits a secret.
     *
     * @param threshold so many shares give it back, from 2 on
     * @param count so many shares there are, at least the threshold
     */
    public static List<Share> split(byte[] secret, int threshold, int count) {
        return split(secret, threshold, count, RANDOM);
    }

    static List<Share> split(byte[] secret, int threshold, int count, SecureRandom random) {
        if (threshold < 2 || count < threshold || count > MOST) {
            throw new IllegalArgumentException(
                    "a threshold is from 2 up to the number of shares, of which there are at most " + MOST);
        }
        byte[][] coefficients = new byte[threshold - 1][secret.length];
        for (byte[] coefficient : coefficients) {
            random.nextBytes(coefficient);
        }
        List<Share> shares = new ArrayList<>();
        for (int index = 1; index <= count; index++) {
            byte[] value = new byte[secret.length];
            for (int i = 0; i < secret.length; i++) {
                int sum = 0;
                for (int degree = threshold - 2; degree >= 0; degree--) {
                    sum = multiply(sum ^ (coefficients[degree][i] & 0xff), index);
                }
                value[i] = (byte) (sum ^ secret[i]);
            }
            shares.add(new Share(index, value));
        }
        for (byte[] coefficient : coefficients) {
            Arrays.fill(coefficient, (byte) 0);
        }
        return List.copyOf(shares);
    }

    /**
     * Puts a secret together. Too few or wrong shares give another one: whoever combines must be able to tell.
     *
     * @throws IllegalArgumentException when two shares have one index, or the lengths differ
     */
    public static byte[] combine(List<Share> shares) {
        Set<Integer> indexes = new HashSet<>();
        for (Share share : shares) {
            if (!indexes.add(share.index())
                    || share.value().length != shares.getFirst().value().length) {
                throw new IllegalArgumentException("each share has an index of its own, and all have one length");
            }
        }
        byte[] secret = new byte[shares.getFirst().value().length];
        for (Share share : shares) {
            int weight = weight(share, shares);
            for (int i = 0; i < secret.length; i++) {
                secret[i] ^= (byte) multiply(share.value()[i] & 0xff, weight);
            }
        }
        return secret;
    }

    /** Lagrange's basis polynomial of a share at 0. */
    private static int weight(Share share, List<Share> shares) {
        int weight = 1;
        for (Share other : shares) {
            if (other.index() != share.index()) {
                weight = multiply(weight, multiply(other.index(), inverse(other.index() ^ share.index())));
            }
        }
        return weight;
    }

    static int multiply(int a, int b) {
        int product = 0;
        int left = a;
        for (int bit = 0; bit < Byte.SIZE; bit++) {
            product ^= left & -((b >> bit) & 1);
            left = ((left << 1) ^ (REDUCTION & -((left >> 7) & 1))) & 0xff;
        }
        return product & 0xff;
    }

    /** a^254, which is 1/a: every element but 0 has order dividing 255. */
    private static int inverse(int a) {
        int result = 1;
        int power = a;
        for (int exponent = 254; exponent > 0; exponent >>= 1) {
            if ((exponent & 1) == 1) {
                result = multiply(result, power);
            }
            power = multiply(power, power);
        }
        return result;
    }
}
