package dev.sallyport.identity.protect;

import dev.sallyport.identity.IdentityException.FleetState;
import dev.sallyport.identity.IdentityException.SealBroken;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidParameterException;
import java.security.Key;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.MessageDigest;
import java.security.Provider;
import java.security.ProviderException;
import java.security.SecureRandom;
import java.security.Security;
import java.security.UnrecoverableKeyException;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.KeyGenerator;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.security.auth.login.LoginException;

/**
 * A key in a PKCS#11 token: a hardware security module, a smart card, or SoftHSM. The token made the key, does the
 * wrapping itself (AES-256-GCM), and never gives the key away.
 */
final class Pkcs11KeyProtector implements KeyProtector {
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final String TRANSFORMATION = "AES/GCM/NoPadding";
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Provider provider;
    private final KeyStore store;
    private final String alias;

    private Pkcs11KeyProtector(Provider provider, KeyStore store, String alias) {
        this.provider = provider;
        this.store = store;
        this.alias = alias;
    }

    /**
     * A token.
     *
     * @param library the token's PKCS#11 library
     * @param slot index in the library's list of slots
     * @param alias label of the key
     */
    public record Token(Path library, int slot, String alias) {}

    /** The token did not accept the PIN. */
    public static final class TokenLocked extends RuntimeException {
        TokenLocked(String message) {
            super(message);
        }
    }

    /**
     * The key in the token.
     *
     * @param pin of the user; the caller zeroes it
     * @param create whether the token makes the key if it has none
     * @throws TokenLocked when the PIN is wrong or locked
     * @throws FleetState when there is no such token or key
     */
    public static Pkcs11KeyProtector open(Token token, char[] pin, boolean create) {
        try {
            Provider provider = Security.getProvider("SunPKCS11").configure("--" + configuration(token));
            KeyStore store = KeyStore.getInstance("PKCS11", provider);
            store.load(null, pin);
            Pkcs11KeyProtector protector = new Pkcs11KeyProtector(provider, store, token.alias());
            if (create && !store.containsAlias(token.alias())) {
                protector.generate(token.alias());
            }
            protector.key();
            return protector;
        } catch (IOException e) {
            if (e.getCause() instanceof LoginException || e.getCause() instanceof UnrecoverableKeyException) {
                throw new TokenLocked(
                        "the token does not accept the PIN: " + e.getCause().getMessage());
            }
            throw unusable(token, e);
        } catch (GeneralSecurityException | ProviderException | InvalidParameterException e) {
            throw unusable(token, e);
        }
    }

    private static FleetState unusable(Token token, Exception e) {
        return new FleetState("the token of " + token.library() + " cannot be used: " + e.getMessage());
    }

    private static String configuration(Token token) {
        return """
            name = sallyport
            library = %s
            slotListIndex = %d
            showInfo = false
            attributes(generate, CKO_SECRET_KEY, CKK_AES) = {
              CKA_SENSITIVE = true
              CKA_EXTRACTABLE = false
              CKA_ENCRYPT = true
              CKA_DECRYPT = true
            }
            """.formatted(token.library(), token.slot());
    }

    @Override
    public String id() {
        return "pkcs11";
    }

    @Override
    public Availability probe() {
        byte[] sample = AesGcm.randomKey();
        String place = "sallyport-probe-" + HexFormat.of().formatHex(sample, 0, 8);
        byte[] context = {1};
        try {
            generate(place);
            SecretKey made = (SecretKey) store.getKey(place, null);
            byte[] back = open(made, seal(made, sample, context), context);
            store.deleteEntry(place);
            boolean whole = MessageDigest.isEqual(sample, back)
                    && !store.containsAlias(place)
                    && MessageDigest.isEqual(sample, unwrap(wrap(sample, context), context));
            return whole
                    ? new Availability.Available()
                    : new Availability.Absent("the token does not give back what was stored");
        } catch (GeneralSecurityException | ProviderException | SealBroken | FleetState e) {
            return new Availability.Absent("the token cannot be used: " + e.getMessage());
        }
    }

    private void generate(String label) throws GeneralSecurityException {
        KeyGenerator generator = KeyGenerator.getInstance("AES", provider);
        generator.init(AesGcm.KEY_BYTES * 8);
        store.setKeyEntry(label, generator.generateKey(), null, null);
    }

    @Override
    public byte[] wrap(byte[] key, byte[] context) {
        try {
            return seal(key(), key, context);
        } catch (GeneralSecurityException | ProviderException e) {
            throw new FleetState("the token does not wrap: " + e.getMessage());
        }
    }

    @Override
    public byte[] unwrap(byte[] wrapped, byte[] context) {
        try {
            return open(key(), wrapped, context);
        } catch (GeneralSecurityException | ProviderException e) {
            throw new SealBroken(
                    "the token does not unwrap it: wrapped by another key or for another purpose, or changed"
                            + " since (" + e.getMessage() + ")");
        }
    }

    private SecretKey key() {
        try {
            Key key = store.getKey(alias, null);
            if (key instanceof SecretKey secret) {
                if (secret.getEncoded() != null) {
                    throw new FleetState("the token would give its key '" + alias + "' away. Let it make a new one");
                }
                return secret;
            }
        } catch (KeyStoreException e) {
            throw new FleetState("the token cannot be read: " + e.getMessage());
        } catch (GeneralSecurityException e) {
            throw new FleetState("the token does not let its key '" + alias + "' be used: " + e.getMessage());
        }
        throw new FleetState(
                "the token has no AES key '" + alias + "'. Without it nothing wrapped by it can be opened");
    }

    private byte[] seal(SecretKey key, byte[] plain, byte[] context) throws GeneralSecurityException {
        byte[] nonce = new byte[NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        byte[] sealed = cipher(Cipher.ENCRYPT_MODE, key, nonce, context).doFinal(plain);
        byte[] all = Arrays.copyOf(nonce, NONCE_BYTES + sealed.length);
        System.arraycopy(sealed, 0, all, NONCE_BYTES, sealed.length);
        return all;
    }

    private byte[] open(SecretKey key, byte[] sealed, byte[] context) throws GeneralSecurityException {
        if (sealed.length < AesGcm.OVERHEAD) {
            throw new SealBroken("too short to have been wrapped");
        }
        return cipher(Cipher.DECRYPT_MODE, key, Arrays.copyOf(sealed, NONCE_BYTES), context)
                .doFinal(sealed, NONCE_BYTES, sealed.length - NONCE_BYTES);
    }

    private Cipher cipher(int mode, SecretKey key, byte[] nonce, byte[] context) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(TRANSFORMATION, provider);
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(context);
        return cipher;
    }
}
