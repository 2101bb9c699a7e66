package dev.sallyport.identity.pairing;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.trust.SpiffeId;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What both sides must see alike for a pairing to succeed. Every proof of the exchange is bound to all of it, so that
 * whoever changes one of them on the way makes the proofs fail.
 *
 * @param windowId the operator's window
 * @param trust digest of the exact bytes of trust.json that the device was handed: the fleet's authorities
 * @param id whom the device becomes; its kind is the kind of the client
 * @param request digest of the device's certification request in DER, which holds the device's key
 */
public record PairingTerms(String windowId, Digest trust, SpiffeId id, Digest request) {
    /** The version of the protocol. There is one; a side that speaks another makes the proofs fail. */
    private static final String PROTOCOL = "sallyport-pairing/v1 P-256 SHA-256";

    /** The two sides. */
    enum Side {
        VAULT,
        DEVICE;

        Side other() {
            return this == VAULT ? DEVICE : VAULT;
        }
    }

    /** The name of a side in the exchange. EC-JPAKE hashes it into every proof of that side (RFC 8236, section 3). */
    String participant(Side side) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (String part : new String[] {PROTOCOL, windowId, trust.hex(), id.toString(), request.hex()}) {
            byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
            all.writeBytes(
                    ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
            all.writeBytes(bytes);
        }
        return PROTOCOL + " " + side + " " + Digest.of(all.toByteArray()).hex();
    }
}
