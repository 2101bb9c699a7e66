package dev.sallyport.vault;

import java.security.SecureRandom;
import java.time.Instant;

/** Makes ULIDs: 48 bits of time and 80 random bits in 26 upper-case Crockford characters. */
public final class Ulid {
    private static final String CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private static final SecureRandom RANDOM = new SecureRandom();

    private Ulid() {}

    /** A fresh one. */
    public static String fresh(Instant now) {
        StringBuilder id = new StringBuilder(26);
        long millis = now.toEpochMilli();
        for (int shift = 45; shift >= 0; shift -= 5) {
            id.append(CROCKFORD.charAt((int) (millis >>> shift) & 31));
        }
        for (int i = 0; i < 16; i++) {
            id.append(CROCKFORD.charAt(RANDOM.nextInt(32)));
        }
        return id.toString();
    }
}
