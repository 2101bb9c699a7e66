package dev.sallyport.identity.pairing;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The one secret of a pairing window, 32 bytes: the code and all randomness of the fleet's side follow from it. Who
 * keeps it sealed keeps the whole window.
 */
public final class PairingSeed {
    private static final int BYTES = 32;

    private PairingSeed() {}

    /** The code of the window. */
    public static PairingCode code(byte[] seed) {
        return PairingCode.of(derived(seed, "code"));
    }

    /** The fleet's side of the pairing, the same whenever it is built from the same seed and terms. */
    public static PairingParty vault(byte[] seed, PairingTerms terms) {
        return new PairingParty(
                terms,
                PairingTerms.Side.VAULT,
                code(seed),
                new SeededRandom(derived(seed, terms.participant(PairingTerms.Side.VAULT))));
    }

    private static byte[] derived(byte[] seed, String purpose) {
        if (seed.length != BYTES) {
            throw new IllegalArgumentException("a seed has " + BYTES + " bytes");
        }
        return Arrays.copyOf(
                SeededRandom.hmac(seed, ("sallyport pairing " + purpose).getBytes(StandardCharsets.UTF_8)), BYTES);
    }
}
