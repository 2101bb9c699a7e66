package dev.sallyport.identity;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Shows one credential to whoever can use its key and believes its issuer. A key store of the Java platform would
 * encrypt the key under an empty password first, with so many rounds that a command feels it.
 */
final class OneCredential extends X509ExtendedKeyManager {
    private static final String ALIAS = "own";

    private final PrivateKey key;
    private final List<X509Certificate> chain;

    OneCredential(Credential own) {
        this.key = own.key();
        this.chain = own.chain();
    }

    private @Nullable String alias(Principal @Nullable [] issuers, String... keyTypes) {
        return Arrays.stream(keyTypes).anyMatch(this::isOf) && believed(issuers) ? ALIAS : null;
    }

    /** A type may name the issuer's key too, as in {@code EC_RSA}. */
    private boolean isOf(String keyType) {
        return keyType.equals(key.getAlgorithm()) || keyType.startsWith(key.getAlgorithm() + "_");
    }

    /** Whether the other side has named no authority that it believes, or one of this chain (RFC 8446, 4.2.4). */
    private boolean believed(Principal @Nullable [] issuers) {
        if (issuers == null || issuers.length == 0) {
            return true;
        }
        Set<Principal> named = new HashSet<>(Arrays.asList(issuers));
        return chain.stream().anyMatch(certificate -> named.contains(certificate.getIssuerX500Principal()));
    }

    private static String @Nullable [] one(@Nullable String alias) {
        return alias == null ? null : new String[] {alias};
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return one(alias(issuers, keyType));
    }

    @Override
    public @Nullable String chooseClientAlias(String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket at) {
        return alias(issuers, keyTypes);
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine at) {
        return alias(issuers, keyTypes);
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return one(alias(issuers, keyType));
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, @Nullable Socket at) {
        return alias(issuers, keyType);
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine at) {
        return alias(issuers, keyType);
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(@Nullable String alias) {
        return ALIAS.equals(alias) ? chain.toArray(X509Certificate[]::new) : null;
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(@Nullable String alias) {
        return ALIAS.equals(alias) ? key : null;
    }
}
