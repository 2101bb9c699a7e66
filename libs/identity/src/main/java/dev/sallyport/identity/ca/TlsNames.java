package dev.sallyport.identity.ca;

import dev.sallyport.statements.trust.SpiffeId;
import java.net.InetAddress;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The names that a TLS certificate may have.
 *
 * @param id the one SPIFFE id
 * @param dnsNames DNS names, lower case, without wildcards; clients of servers compare them
 * @param addresses IP addresses
 */
public record TlsNames(SpiffeId id, Set<String> dnsNames, Set<InetAddress> addresses) {
    private static final Pattern DNS =
            Pattern.compile("(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*");
    private static final int SAN_DNS = 2;
    private static final int SAN_IP = 7;

    /** Refuses what is no DNS name with {@link IllegalArgumentException}. */
    public TlsNames {
        dnsNames = Set.copyOf(dnsNames);
        addresses = Set.copyOf(addresses);
        for (String dnsName : dnsNames) {
            if (!DNS.matcher(dnsName).matches()) {
                throw new IllegalArgumentException("not a DNS name: " + dnsName);
            }
        }
    }

    /** No names beside the id: for clients. */
    public static TlsNames of(SpiffeId id) {
        return new TlsNames(id, Set.of(), Set.of());
    }

    /** The DNS names and addresses of a certificate already issued, for renewing it unchanged. */
    public static TlsNames of(SpiffeId id, X509Certificate certificate) {
        Set<String> dnsNames = new HashSet<>();
        Set<InetAddress> addresses = new HashSet<>();
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            for (List<?> name : names == null ? List.<List<?>>of() : names) {
                if (name.get(0).equals(SAN_DNS)) {
                    dnsNames.add(name.get(1).toString());
                } else if (name.get(0).equals(SAN_IP)) {
                    addresses.add(InetAddress.ofLiteral(name.get(1).toString()));
                }
            }
        } catch (CertificateParsingException e) {
            throw new IllegalArgumentException("the certificate's names are unreadable", e);
        }
        return new TlsNames(id, dnsNames, addresses);
    }
}
