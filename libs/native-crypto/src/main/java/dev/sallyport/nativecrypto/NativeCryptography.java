package dev.sallyport.nativecrypto;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.Provider;
import java.security.Security;
import java.security.Signature;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/**
 * Makes the Amazon Corretto Crypto Provider (AWS-LC) the first provider of the JVM, where there is a build of it for the
 * machine (Linux, macOS on ARM). TLS, signatures and digests then run in native code that is fast from the first call on; the
 * JDK's own are slow until the second compiler has made code of them. Elsewhere everything stays as it was.
 */
public final class NativeCryptography {
    /** The provider's name, for those who look for it. */
    public static final String PROVIDER = "AmazonCorrettoCryptoProvider";

    private NativeCryptography() {}

    /**
     * Installs it, once.
     *
     * @return whether it is in force: false where there is no build for this machine, or its library cannot be loaded, as
     *     from a temporary folder that is mounted without the right to execute
     */
    public static synchronized boolean install() {
        if (Security.getProvider(PROVIDER) != null) {
            return true;
        }
        try {
            return ServiceLoader.load(Provider.class).stream()
                    .filter(provider -> provider.type().getSimpleName().equals(PROVIDER))
                    .map(ServiceLoader.Provider::get)
                    .filter(NativeCryptography::works)
                    .peek(provider -> Security.insertProviderAt(provider, 1))
                    .findFirst()
                    .isPresent();
        } catch (ServiceConfigurationError e) {
            return false;
        }
    }

    /** Without its library, the provider is there and offers nothing. */
    private static boolean works(Provider provider) {
        try {
            MessageDigest.getInstance("SHA-256", provider).digest();
            Signature.getInstance("Ed25519", provider);
            return true;
        } catch (GeneralSecurityException | LinkageError e) {
            return false;
        }
    }
}
