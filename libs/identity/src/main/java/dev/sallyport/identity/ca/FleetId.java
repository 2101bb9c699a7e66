package dev.sallyport.identity.ca;

import java.security.SecureRandom;
import java.time.Instant;

/** Makes fleet ids: a ULID in lower case, 48 bits of time and 80 random bits, 26 characters. */
final class FleetId {
    private static final String CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz";
    private static final SecureRandom RANDOM = new SecureRandom();

    private FleetId() {}

    static String fresh(Instant now) {
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

    static String trustDomain(String fleetId) {
        return fleetId + ".sallyport";
    }
}
