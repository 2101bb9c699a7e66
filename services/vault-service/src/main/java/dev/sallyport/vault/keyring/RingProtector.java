package dev.sallyport.vault.keyring;

import dev.sallyport.identity.IdentityException.FleetState;
import dev.sallyport.identity.IdentityException.SealBroken;
import dev.sallyport.identity.protect.KeyProtector;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The protector of the key ring, and while the ring moves from one to another, the one before.
 *
 * @param now what wraps
 * @param before what also unwraps; null but for the start that moves the ring
 */
record RingProtector(KeyProtector now, @Nullable KeyProtector before) {
    String id() {
        return now.id();
    }

    byte[] wrap(byte[] key, byte[] context) {
        return now.wrap(key, context);
    }

    /** Whether the protector that wraps now has wrapped it. */
    boolean isCurrent(String wrappedBy, byte[] wrapped, byte[] context) {
        if (!wrappedBy.equals(now.id())) {
            return false;
        }
        try {
            Arrays.fill(now.unwrap(wrapped, context), (byte) 0);
            return true;
        } catch (SealBroken _) {
            return false;
        }
    }

    /**
     * What was wrapped.
     *
     * @param wrappedBy the protector that the row names; no other kind is tried, least of all a weaker one
     * @throws FleetState when that is neither of the two
     * @throws SealBroken when the one of that kind has not wrapped it
     */
    byte[] unwrap(String wrappedBy, byte[] wrapped, byte[] context) {
        KeyProtector old = before != null && wrappedBy.equals(before.id()) ? before : null;
        if (wrappedBy.equals(now.id())) {
            try {
                return now.unwrap(wrapped, context);
            } catch (SealBroken e) {
                if (old == null) {
                    throw e;
                }
                // Two keys of one kind: the root key itself is being replaced.
                return old.unwrap(wrapped, context);
            }
        }
        if (old != null) {
            return old.unwrap(wrapped, context);
        }
        throw new FleetState("the key ring is protected by '" + wrappedBy + "', not by '" + now.id()
                + "'; no weaker protector takes its place. To move it, name the old one as"
                + " sallyport.vault.keyring-protector-before for one start");
    }
}
