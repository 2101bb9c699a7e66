package dev.sallyport.servicekit.connector;

import dev.sallyport.statements.Digest;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * The form of tokens: {@code sp_<kind>_<256 random bits in base62>_<CRC32 in base62>}. The checksum finds typing errors
 * and scanners' noise before anything is looked up; it protects nothing.
 */
public final class ApiTokens {
    /** Kind of an agent's token. */
    public static final String AGENT = "agt";
    /** Kind of a person's token. */
    public static final String PERSON = "usr";
    /** Kind of a service's token. */
    public static final String SERVICE = "svc";
    /** Kind of a sign-in session. */
    public static final String SESSION = "ses";

    private static final Pattern FORM = Pattern.compile("sp_(agt|usr|svc|ses)_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}");
    private static final Pattern INSIDE = Pattern.compile("sp_(agt|usr|svc|ses)_[0-9A-Za-z]{8}");
    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final BigInteger BASE = BigInteger.valueOf(62);

    private ApiTokens() {}

    /** A fresh token of that kind. */
    public static String mint(String kind, SecureRandom random) {
        byte[] bits = new byte[32];
        random.nextBytes(bits);
        String body = "sp_" + kind + "_" + base62(new BigInteger(1, bits), 43);
        return body + "_" + checksum(body);
    }

    /** Whether this has the form of a token and its checksum is right. */
    public static boolean isWellFormed(String token) {
        return token.length() <= 60
                && FORM.matcher(token).matches()
                && checksum(token.substring(0, token.length() - 7)).equals(token.substring(token.length() - 6));
    }

    /** Whether this is the form of a sign-in session. */
    public static boolean isSession(String token) {
        return token.startsWith("sp_" + SESSION + "_");
    }

    /** Whether something that looks like a token stands in this text. */
    public static boolean occurIn(String text) {
        return INSIDE.matcher(text).find();
    }

    /** What is stored of a token. 256 random bits need no slow hash. */
    public static Digest hash(String token) {
        return Digest.of(token.getBytes(StandardCharsets.US_ASCII));
    }

    private static String checksum(String body) {
        CRC32 crc = new CRC32();
        crc.update(body.getBytes(StandardCharsets.US_ASCII));
        return base62(BigInteger.valueOf(crc.getValue()), 6);
    }

    private static String base62(BigInteger number, int width) {
        char[] out = new char[width];
        BigInteger rest = number;
        for (int i = width - 1; i >= 0; i--) {
            BigInteger[] parts = rest.divideAndRemainder(BASE);
            out[i] = DIGITS.charAt(parts[1].intValue());
            rest = parts[0];
        }
        return new String(out);
    }
}
