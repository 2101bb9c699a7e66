package dev.sallyport.identity.protect;

import dev.sallyport.identity.IdentityException.FleetState;
import dev.sallyport.identity.IdentityException.SealBroken;

/**
 * Something that can keep a key for us: a file, a mounted secret, an operating system's keychain, a key service. It
 * wraps keys under a root key that never leaves it.
 */
public interface KeyProtector {
    /** Its stable name, written beside what it wraps, so that no weaker one takes its place unnoticed. */
    String id();

    /** Whether it works here and now, found out by really writing, reading and deleting something. */
    Availability probe();

    /**
     * Wraps a 32-byte key.
     *
     * @param key the caller's own; it zeroes it after use
     * @param context what the key is for; needed again to unwrap
     */
    byte[] wrap(byte[] key, byte[] context);

    /**
     * Unwraps a key. The caller zeroes it after use.
     *
     * @throws SealBroken on any mismatch of key, context or bytes
     */
    byte[] unwrap(byte[] wrapped, byte[] context);

    /**
     * The protector itself, if it works here and now.
     *
     * @throws FleetState with the reason when it does not; there is no other one in its place
     */
    default KeyProtector orRefuse() {
        return switch (probe()) {
            case Availability.Available _ -> this;
            case Availability.Locked(String reason) ->
                throw new FleetState("the key protector '" + id() + "' is locked: " + reason);
            case Availability.Absent(String reason) ->
                throw new FleetState("the key protector '" + id() + "' cannot be used: " + reason);
        };
    }

    /** What a probe finds. */
    sealed interface Availability {
        /** It works. */
        record Available() implements Availability {}

        /**
         * It is there and somebody has to unlock it first.
         *
         * @param reason for a person, with what to do about it
         */
        record Locked(String reason) implements Availability {}

        /**
         * It cannot be used here.
         *
         * @param reason for a person, with what to do about it
         */
        record Absent(String reason) implements Availability {}
    }
}
