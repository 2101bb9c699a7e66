package dev.sallyport.executor.egress;

import dev.sallyport.arguments.host.HostName;
import dev.sallyport.arguments.host.HostRefusedException;
import dev.sallyport.executor.TestFolder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * An internet whose addresses lead to servers on this machine's loopback: names, public addresses and certificates are as
 * outside, so that everything that looks at them does so as it would there.
 */
public final class TestWire implements Wire {
    /** Of a host outside; it leads to whatever a test says. */
    public static final String PUBLIC = "93.184.216.34";

    private final Map<String, List<InetAddress>> names = new ConcurrentHashMap<>();
    private final Map<InetSocketAddress, Integer> routes = new ConcurrentHashMap<>();
    private final List<InetSocketAddress> dialled = new CopyOnWriteArrayList<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final CallAuthority authority;

    /** With certificates for these hosts and those below them. */
    public TestWire(String... hosts) {
        authority = new CallAuthority(Arrays.stream(hosts).map(TestWire::host).toList(), Instant.now());
    }

    static HostName host(String name) {
        try {
            return HostName.of(name);
        } catch (HostRefusedException e) {
            throw new IllegalArgumentException(e);
        }
    }

    static InetAddress address(String literal) {
        return InetAddress.ofLiteral(literal);
    }

    /** The name leads to these addresses from now on. */
    public TestWire names(String host, String... addresses) {
        names.put(host, Arrays.stream(addresses).map(TestWire::address).toList());
        return this;
    }

    /** What is sent to that port of the address comes to this one of the loopback. */
    public TestWire leads(String address, int port, int here) {
        routes.put(new InetSocketAddress(address(address), port), here);
        return this;
    }

    /** As that host's server. */
    public SSLContext as(String host) {
        return authority.as(host(host));
    }

    /** The way of calls to it. */
    public Gateway gateway() throws IOException {
        return new Gateway(EgressTerms.DEFAULT, this, _ -> false, TestFolder.named("egress"), null, Clock.systemUTC());
    }

    /** The authority that servers' certificates are of, for programs that do not use this wire. */
    public String authorityPem() {
        return authority.pem();
    }

    /** Every address that somebody connected to. */
    public List<InetSocketAddress> dialled() {
        return dialled;
    }

    /** Every name that somebody asked for. */
    public List<String> asked() {
        return asked;
    }

    @Override
    public List<InetAddress> addresses(HostName host) throws IOException {
        asked.add(host.text());
        List<InetAddress> all = names.get(host.text());
        if (all == null) {
            throw new UnknownHostException(host.text());
        }
        return all;
    }

    @Override
    public void connect(Socket socket, InetSocketAddress address, Duration patience) throws IOException {
        dialled.add(address);
        Integer here = routes.get(address);
        if (here == null) {
            throw new IOException("nothing answers at " + address);
        }
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), here), (int) patience.toMillis());
    }

    @Override
    public SSLContext trust() {
        try {
            Certificate certificate = CertificateFactory.getInstance("X.509")
                    .generateCertificate(
                            new ByteArrayInputStream(authority.pem().getBytes(StandardCharsets.US_ASCII)));
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setCertificateEntry("web", certificate);
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
