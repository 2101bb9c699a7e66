package dev.sallyport.vault.device;

import dev.sallyport.statements.WireName;
import dev.sallyport.statements.trust.SpiffeId;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A window in which one device may pair.
 *
 * @param id its ULID
 * @param device whom the device becomes
 * @param label what people call the device
 * @param state how far it has come
 * @param wrappedSeed what the code follows from, wrapped; null once the window has ended
 * @param openedBy the operator
 * @param expiresAt by the database's clock
 * @param request the device's certification request in DER; null before it has come
 * @param first the device's first message; null before it has come
 * @param proof digest of the device's proof; null before it has come
 * @param confirmation this side's proof; null before the device's was right
 * @param chain the device's certificate and its issuer in PEM; null before it is paired
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record PairingWindow(
        String id,
        SpiffeId device,
        String label,
        State state,
        byte @Nullable [] wrappedSeed,
        String openedBy,
        Instant expiresAt,
        byte @Nullable [] request,
        byte @Nullable [] first,
        byte @Nullable [] proof,
        byte @Nullable [] confirmation,
        @Nullable String chain) {
    enum State implements WireName {
        OPEN("open"),
        BEGUN("begun"),
        PAIRED("paired"),
        BURNED("burned"),
        EXPIRED("expired");

        private final String wire;

        State(String wire) {
            this.wire = wire;
        }

        static State of(String wire) {
            return Arrays.stream(values())
                    .filter(state -> state.wire.equals(wire))
                    .findFirst()
                    .orElseThrow();
        }

        @Override
        public String wire() {
            return wire;
        }
    }

    /** Whether these are the very messages that the window was begun with, as a repeated request has them. */
    boolean begunWith(byte[] otherRequest, byte[] otherFirst) {
        return Arrays.equals(request, otherRequest) && Arrays.equals(first, otherFirst);
    }
}
