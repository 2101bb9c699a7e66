package dev.sallyport.identity.pairing;

import dev.sallyport.identity.pairing.PairingTerms.Side;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.crypto.CryptoException;
import org.bouncycastle.crypto.agreement.ecjpake.ECJPAKECurves;
import org.bouncycastle.crypto.agreement.ecjpake.ECJPAKEParticipant;
import org.bouncycastle.crypto.agreement.ecjpake.ECJPAKERound1Payload;
import org.bouncycastle.crypto.agreement.ecjpake.ECJPAKERound2Payload;
import org.bouncycastle.crypto.agreement.ecjpake.ECJPAKERound3Payload;
import org.bouncycastle.crypto.digests.SHA256Digest;

/**
 * One side of a pairing: EC-JPAKE (RFC 8236 over P-256) with the confirmation of the key in both directions. A side
 * learns whether the other has the code, and nothing else about it; a wrong guess costs one whole exchange.
 *
 * <p>The order is {@link #first}, {@link #second}, {@link #confirm}, {@link #verify}; each once. Messages have one fixed
 * length and one encoding each; {@link PairingMessages} refuses all others.
 */
public final class PairingParty {
    private final PairingTerms terms;
    private final Side side;
    private final SecureRandom random;
    private final ECJPAKEParticipant participant;
    private BigInteger key = BigInteger.ZERO;

    PairingParty(PairingTerms terms, Side side, PairingCode code, SecureRandom random) {
        this.terms = terms;
        this.side = side;
        this.random = random;
        this.participant = new ECJPAKEParticipant(
                terms.participant(side), code.secret(), ECJPAKECurves.NIST_P256, SHA256Digest.newInstance(), random);
    }

    /** The device's side. */
    public static PairingParty device(PairingTerms terms, PairingCode code) {
        return new PairingParty(terms, Side.DEVICE, code, new SecureRandom());
    }

    /** The message of the first round, which shows nothing about the code. */
    public byte[] first() {
        ECJPAKERound1Payload message = participant.createRound1PayloadToSend();
        return PairingMessages.ofFirst(message);
    }

    /**
     * The message of the second round.
     *
     * @param theirs the other side's message of the first round
     * @throws PairingRefusedException when it proves nothing, or for other terms
     */
    public byte[] second(byte[] theirs) {
        ECJPAKERound1Payload message = PairingMessages.first(theirs, terms.participant(side.other()));
        checked(() -> participant.validateRound1PayloadReceived(message));
        if (random instanceof SeededRandom seeded) {
            seeded.absorb(theirs);
        }
        ECJPAKERound2Payload answer = participant.createRound2PayloadToSend();
        return PairingMessages.ofSecond(answer);
    }

    /**
     * The proof of having the same code, 32 bytes. To send it is safe before the other side's proof was seen.
     *
     * @param theirs the other side's message of the second round
     * @throws PairingRefusedException when it proves nothing, or for other terms
     */
    public byte[] confirm(byte[] theirs) {
        ECJPAKERound2Payload message = PairingMessages.second(theirs, terms.participant(side.other()));
        checked(() -> participant.validateRound2PayloadReceived(message));
        checked(() -> key = participant.calculateKeyingMaterial());
        return PairingMessages.ofConfirmation(participant.createRound3PayloadToSend(key));
    }

    /**
     * Checks the other side's proof.
     *
     * @throws PairingRefusedException when it has another code or saw another exchange
     */
    public void verify(byte[] theirs) {
        ECJPAKERound3Payload message = PairingMessages.confirmation(theirs, terms.participant(side.other()));
        checked(() -> participant.validateRound3PayloadReceived(message, key));
        key = BigInteger.ZERO;
    }

    private interface Check {
        void run() throws CryptoException;
    }

    private static void checked(Check check) {
        try {
            check.run();
        } catch (CryptoException | IllegalArgumentException | ArithmeticException e) {
            throw new PairingRefusedException("a message of the pairing does not hold: " + e.getMessage(), e);
        }
    }

    @Override
    public String toString() {
        return "PairingParty[" + side + ", " + Arrays.asList(terms.windowId(), terms.id()) + "]";
    }
}
