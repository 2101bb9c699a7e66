package dev.sallyport.identity.denylist;

import dev.sallyport.statements.Digest;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which authority issued a certificate: the one with whose key it verifies. Neither the names in the certificate nor the
 * chain that its holder shows are looked at: both are written by whoever has a stolen authority's key.
 */
public final class IssuedBy {
    private static final int MAX_REMEMBERED = 8192;

    /** That a signature verifies or not never changes, and it is asked for every request. */
    private static final Map<Pair, Boolean> REMEMBERED = new ConcurrentHashMap<>();

    private IssuedBy() {}

    private record Pair(X509Certificate certificate, X509Certificate authority) {}

    /** Whether the certificate verifies with the authority's key, be either valid still or not. */
    public static boolean isSigned(X509Certificate certificate, X509Certificate authority) {
        Pair pair = new Pair(certificate, authority);
        Boolean known = REMEMBERED.get(pair);
        if (known == null) {
            known = verifies(pair);
            if (REMEMBERED.size() >= MAX_REMEMBERED) {
                REMEMBERED.clear();
            }
            REMEMBERED.put(pair, known);
        }
        return known;
    }

    private static boolean verifies(Pair pair) {
        try {
            pair.certificate().verify(pair.authority().getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** How an authority is named in lists, requests and answers: the SHA-256 of its certificate, lower-case hexadecimal. */
    public static String name(X509Certificate authority) {
        try {
            return Digest.of(authority.getEncoded()).hex();
        } catch (CertificateEncodingException e) {
            throw new IllegalArgumentException("a certificate that was read can be written", e);
        }
    }
}
