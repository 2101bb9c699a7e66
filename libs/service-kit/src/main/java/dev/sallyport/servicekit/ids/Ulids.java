package dev.sallyport.servicekit.ids;

import java.security.SecureRandom;
import java.time.Clock;

/** Makes ULIDs (https://github.com/ulid/spec): 48 bits of milliseconds, 80 random bits, 26 Crockford characters. */
public final class Ulids {
    private static final String CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    /** Ids with this clock's time. */
    public Ulids(Clock clock) {
        this.clock = clock;
    }

    /** A fresh id; later ones sort after earlier ones of another millisecond. */
    public String next() {
        char[] id = new char[26];
        long time = clock.millis();
        for (int i = 9; i >= 0; i--) {
            id[i] = CROCKFORD.charAt((int) (time & 31));
            time >>>= 5;
        }
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        for (int i = 0; i < 16; i++) {
            id[10 + i] = CROCKFORD.charAt(bytes[i] & 31);
        }
        return new String(id);
    }
}
