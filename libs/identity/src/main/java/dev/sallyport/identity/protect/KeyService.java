package dev.sallyport.identity.protect;

import dev.sallyport.identity.IdentityException.FleetState;
import dev.sallyport.identity.IdentityException.SealBroken;

/** A key management service elsewhere that encrypts and decrypts small values under a key that it keeps. */
interface KeyService {
    /**
     * Encrypts a value, bound to the context.
     *
     * @throws FleetState when the service cannot be asked
     */
    byte[] encrypt(byte[] plain, byte[] context);

    /**
     * Decrypts what it has encrypted for the same context.
     *
     * @throws SealBroken when it says that this is not such a value
     * @throws FleetState when the service cannot be asked
     */
    byte[] decrypt(byte[] encrypted, byte[] context);

    /** Whether it is there and unlocked, without using a key. */
    KeyProtector.Availability state();
}
