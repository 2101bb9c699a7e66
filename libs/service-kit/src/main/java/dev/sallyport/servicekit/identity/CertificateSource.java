package dev.sallyport.servicekit.identity;

import org.jspecify.annotations.Nullable;

/**
 * Where a running workload gets its next certificates. vault-service implements it on its own authority; everywhere else
 * it is a call to vault-service.
 */
@FunctionalInterface
public interface CertificateSource {
    /**
     * The answer.
     *
     * @param tlsChain PEM, leaf first; null when none was asked for
     * @param signingChain PEM, leaf first; null when none was asked for
     */
    record Chains(@Nullable String tlsChain, @Nullable String signingChain) {}

    /**
     * Certificates for these requests (PKCS#10, PEM), for the caller's own id; null asks for none.
     *
     * @param signingReplaces serial number (hexadecimal) of the signing certificate that the new one takes the place of
     */
    Chains renew(@Nullable String tlsCsr, @Nullable String signingCsr, @Nullable String signingReplaces);
}
