package dev.sallyport.identity.pairing;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.bouncycastle.crypto.agreement.ecjpake.ECJPAKECurves;
import org.bouncycastle.crypto.agreement.ecjpake.ECJPAKERound1Payload;
import org.bouncycastle.crypto.agreement.ecjpake.ECJPAKERound2Payload;
import org.bouncycastle.crypto.agreement.ecjpake.ECJPAKERound3Payload;
import org.bouncycastle.crypto.agreement.ecjpake.ECSchnorrZKP;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.util.BigIntegers;

/**
 * The messages as bytes. A point is uncompressed (SEC 1, section 2.3.3) and 65 bytes, on the curve and not infinity; a
 * scalar is 32 bytes, from 1 up to the order of the group. Each message has one length and each value one encoding.
 */
final class PairingMessages {
    private static final int POINT = 65;
    private static final int SCALAR = 32;
    private static final int PROOF = POINT + SCALAR;
    private static final int FIRST = 2 * POINT + 2 * PROOF;
    private static final int SECOND = POINT + PROOF;
    private static final byte UNCOMPRESSED = 4;

    /** Bouncy Castle reads such messages from nowhere: it hides the constructor of a received proof. */
    private static final MethodHandle NEW_PROOF = newProof();

    private PairingMessages() {}

    static byte[] ofFirst(ECJPAKERound1Payload message) {
        ByteBuffer out = ByteBuffer.allocate(FIRST);
        put(out, message.getGx1());
        put(out, message.getGx2());
        put(out, message.getKnowledgeProofForX1());
        put(out, message.getKnowledgeProofForX2());
        return out.array();
    }

    static ECJPAKERound1Payload first(byte[] bytes, String sender) {
        ByteBuffer in = checked(bytes, FIRST);
        ECPoint gx1 = point(in);
        ECPoint gx2 = point(in);
        if (gx1.equals(gx2)) {
            throw new PairingRefusedException("both points of a first message are the same");
        }
        return new ECJPAKERound1Payload(sender, gx1, gx2, proof(in), proof(in));
    }

    static byte[] ofSecond(ECJPAKERound2Payload message) {
        ByteBuffer out = ByteBuffer.allocate(SECOND);
        put(out, message.getA());
        put(out, message.getKnowledgeProofForX2s());
        return out.array();
    }

    static ECJPAKERound2Payload second(byte[] bytes, String sender) {
        ByteBuffer in = checked(bytes, SECOND);
        return new ECJPAKERound2Payload(sender, point(in), proof(in));
    }

    /** Bouncy Castle reads the 32 bytes of the MAC as a signed number. */
    static byte[] ofConfirmation(ECJPAKERound3Payload message) {
        BigInteger tag = message.getMacTag();
        byte[] shortest = tag.toByteArray();
        byte[] whole = new byte[SCALAR];
        Arrays.fill(whole, (byte) (tag.signum() < 0 ? 0xff : 0));
        System.arraycopy(shortest, 0, whole, SCALAR - shortest.length, shortest.length);
        return whole;
    }

    static ECJPAKERound3Payload confirmation(byte[] bytes, String sender) {
        return new ECJPAKERound3Payload(
                sender, new BigInteger(checked(bytes, SCALAR).array()));
    }

    private static ByteBuffer checked(byte[] bytes, int length) {
        if (bytes.length != length) {
            throw new PairingRefusedException("a message has " + bytes.length + " bytes in place of " + length);
        }
        return ByteBuffer.wrap(bytes);
    }

    private static ECPoint point(ByteBuffer in) {
        byte[] encoded = new byte[POINT];
        in.get(encoded);
        if (encoded[0] != UNCOMPRESSED) {
            throw new PairingRefusedException("a point is infinity or not in its one encoding");
        }
        try {
            ECPoint point = ECJPAKECurves.NIST_P256.getCurve().decodePoint(encoded);
            if (point.isInfinity() || !point.isValid()) {
                throw new PairingRefusedException("a point is not of the group");
            }
            return point;
        } catch (IllegalArgumentException e) {
            throw new PairingRefusedException("a point is not on the curve", e);
        }
    }

    private static ECSchnorrZKP proof(ByteBuffer in) {
        ECPoint v = point(in);
        byte[] encoded = new byte[SCALAR];
        in.get(encoded);
        BigInteger r = new BigInteger(1, encoded);
        if (r.signum() == 0 || r.compareTo(ECJPAKECurves.NIST_P256.getN()) >= 0) {
            throw new PairingRefusedException("a scalar is out of range");
        }
        try {
            return (ECSchnorrZKP) NEW_PROOF.invokeExact(v, r);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("a constructor without checked exceptions threw one", e);
        }
    }

    private static void put(ByteBuffer out, ECPoint point) {
        out.put(point.normalize().getEncoded(false));
    }

    private static void put(ByteBuffer out, ECSchnorrZKP proof) {
        put(out, proof.getV());
        out.put(BigIntegers.asUnsignedByteArray(SCALAR, proof.getr()));
    }

    private static MethodHandle newProof() {
        try {
            return MethodHandles.privateLookupIn(ECSchnorrZKP.class, MethodHandles.lookup())
                    .findConstructor(
                            ECSchnorrZKP.class, MethodType.methodType(void.class, ECPoint.class, BigInteger.class));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this version of Bouncy Castle takes no received proofs of EC-JPAKE", e);
        }
    }
}
