package dev.sallyport.identity.pairing;

import java.security.SecureRandom;
import java.util.Locale;
import java.util.Optional;

/**
 * The code that a person carries from one side of a pairing to the other: 8 characters of an alphabet of 32 (40 bits)
 * that has no two letters or digits that look the same. Two guesses cannot be made against one code.
 */
public final class PairingCode {
    /** The number of characters. */
    public static final int LENGTH = 8;

    private static final String ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    private static final int HALF = 4;

    private final String characters;

    private PairingCode(String characters) {
        this.characters = characters;
    }

    /** A fresh code. */
    public static PairingCode random(SecureRandom random) {
        byte[] bytes = new byte[LENGTH];
        random.nextBytes(bytes);
        return of(bytes);
    }

    /** The code that these bytes stand for: the low 5 bits of each of the first 8. */
    static PairingCode of(byte[] bytes) {
        StringBuilder characters = new StringBuilder(LENGTH);
        for (int i = 0; i < LENGTH; i++) {
            characters.append(ALPHABET.charAt(bytes[i] & (ALPHABET.length() - 1)));
        }
        return new PairingCode(characters.toString());
    }

    /** What a person typed; case, spaces and dashes do not matter. Empty when it cannot be a code. */
    public static Optional<PairingCode> tryParse(String typed) {
        String plain = typed.replaceAll("[\\s-]", "").toUpperCase(Locale.ROOT);
        boolean known = plain.length() == LENGTH && plain.chars().allMatch(c -> ALPHABET.indexOf(c) >= 0);
        return known ? Optional.of(new PairingCode(plain)) : Optional.empty();
    }

    /** In two halves, for a person to read: {@code ABCD-EFGH}. */
    public String shown() {
        return characters.substring(0, HALF) + "-" + characters.substring(HALF);
    }

    char[] secret() {
        return characters.toCharArray();
    }

    /** Hides the code. */
    @Override
    public String toString() {
        return "PairingCode[hidden]";
    }
}
