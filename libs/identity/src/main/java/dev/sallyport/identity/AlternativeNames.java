package dev.sallyport.identity;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;

/** Subject alternative names as X.509 writes them. */
public final class AlternativeNames {
    private AlternativeNames() {}

    /** One URI, then DNS names and IP addresses, each sorted so that the same names give the same bytes. */
    public static GeneralNames of(String uri, Set<String> dnsNames, Set<InetAddress> addresses) {
        List<GeneralName> names = new ArrayList<>();
        names.add(new GeneralName(GeneralName.uniformResourceIdentifier, uri));
        for (String dnsName : new TreeSet<>(dnsNames)) {
            names.add(new GeneralName(GeneralName.dNSName, dnsName));
        }
        addresses.stream()
                .map(InetAddress::getAddress)
                .sorted(Arrays::compare)
                .forEach(octets -> names.add(new GeneralName(GeneralName.iPAddress, new DEROctetString(octets))));
        return new GeneralNames(names.toArray(GeneralName[]::new));
    }
}
