package dev.sallyport.identity.protect;

import dev.sallyport.identity.IdentityException;
import dev.sallyport.identity.IdentityException.FleetState;
import dev.sallyport.identity.IdentityException.Malformed;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A root key in the user's keyring, by the Secret Service of freedesktop.org (GNOME Keyring, KWallet, KeePassXC). It is
 * one item with attributes of ours; no other item is read, changed or removed. A locked keyring is said to be locked and
 * never asked to unlock, since that would ask a person on a screen that may not exist.
 */
final class SecretServiceKeyProtector extends RootKeyProtector {
    private static final String LABEL = "Sallyport root key";

    private final String fleet;
    private final String name;

    private SecretServiceKeyProtector(String fleet, String name) {
        this.fleet = fleet;
        this.name = name;
    }

    /** Bound at the first use: most processes never need the libraries. */
    private static final class Libraries {
        private static final SecretServiceCalls CALLS = new SecretServiceCalls();
    }

    /**
     * The key of that name.
     *
     * @param create whether it is made if it is not there; to something that was sealed before it would be the wrong key
     * @throws FleetState when there is no Secret Service, it is locked, or the key is not there
     */
    public static SecretServiceKeyProtector open(String fleet, String name, boolean create) {
        SecretServiceKeyProtector protector = new SecretServiceKeyProtector(fleet, name);
        protector.orRefuse();
        if (create && calls().lookup(protector.attributes(name)) == null) {
            byte[] key = AesGcm.randomKey();
            calls().store(
                            protector.attributes(name),
                            LABEL + " (" + name + ")",
                            Base64.getEncoder().encodeToString(key));
            Arrays.fill(key, (byte) 0);
        }
        Arrays.fill(protector.rootKey(), (byte) 0);
        return protector;
    }

    @Override
    public String id() {
        return "secret-service";
    }

    @Override
    public Availability probe() {
        try {
            Availability usable = usable();
            if (!(usable instanceof Availability.Available)) {
                return usable;
            }
            String sample = HexFormat.of().formatHex(AesGcm.randomKey());
            Map<String, String> place = attributes("probe-" + sample.substring(0, 16));
            calls().store(place, "Sallyport probe", sample);
            String back = calls().lookup(place);
            calls().clear(place);
            boolean whole = back != null
                    && MessageDigest.isEqual(
                            sample.getBytes(StandardCharsets.US_ASCII), back.getBytes(StandardCharsets.US_ASCII))
                    && calls().lookup(place) == null;
            return whole
                    ? new Availability.Available()
                    : new Availability.Absent("the keyring does not give back what was stored");
        } catch (IdentityException e) {
            return new Availability.Absent(String.valueOf(e.getMessage()));
        }
    }

    private static Availability usable() {
        @Nullable Boolean locked = calls().locked();
        if (locked == null) {
            return new Availability.Absent(
                    "the Secret Service has no default keyring. Make one, for example by signing in"
                            + " once, or with: gnome-keyring-daemon --unlock");
        }
        return locked
                ? new Availability.Locked("the keyring is locked. Unlock it as its user, then start again")
                : new Availability.Available();
    }

    @Override
    protected byte[] rootKey() {
        if (usable() instanceof Availability.Locked(String reason)) {
            throw new FleetState(reason);
        }
        String text = calls().lookup(attributes(name));
        if (text == null) {
            throw new FleetState("the keyring has no key '" + name + "' of fleet " + fleet
                    + ". Restore the keyring from its backup; without it nothing sealed under it can be opened");
        }
        try {
            byte[] key = Base64.getDecoder().decode(text);
            if (key.length == AesGcm.KEY_BYTES) {
                return key;
            }
        } catch (IllegalArgumentException _) {
            // Said below.
        }
        throw new Malformed("the keyring's item '" + name + "' is not a key");
    }

    private Map<String, String> attributes(String item) {
        return Map.of("application", "sallyport", "fleet", fleet, "name", item);
    }

    private static SecretServiceCalls calls() {
        try {
            return Libraries.CALLS;
        } catch (ExceptionInInitializerError e) {
            throw new FleetState(
                    "there is no Secret Service here: " + (e.getCause() == null ? e : e.getCause()).getMessage());
        } catch (NoClassDefFoundError e) {
            throw new FleetState("there is no Secret Service here");
        }
    }
}
