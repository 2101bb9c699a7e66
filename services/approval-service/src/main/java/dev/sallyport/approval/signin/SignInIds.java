package dev.sallyport.approval.signin;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Instant;

/** ULIDs (48 bits of milliseconds, 80 random bits, Crockford's base 32) for sessions and accounts. */
public final class SignInIds {
    private static final String DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private static final SecureRandom RANDOM = new SecureRandom();

    private SignInIds() {}

    /** A new id. */
    public static String next(Instant now) {
        BigInteger rest = BigInteger.valueOf(now.toEpochMilli()).shiftLeft(80).or(new BigInteger(80, RANDOM));
        char[] text = new char[26];
        for (int at = text.length - 1; at >= 0; at--) {
            text[at] = DIGITS.charAt(rest.intValue() & 31);
            rest = rest.shiftRight(5);
        }
        return new String(text);
    }
}
