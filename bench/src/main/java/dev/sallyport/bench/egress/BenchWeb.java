package dev.sallyport.bench.egress;

import dev.sallyport.arguments.host.HostName;
import dev.sallyport.executor.egress.Wire;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** An https server on the loopback that is {@value #HOST} for a node: it answers {@code /N} with N bytes. */
final class BenchWeb implements Wire, AutoCloseable {
    static final String HOST = "bench.example";

    private static final InetAddress PUBLIC = InetAddress.ofLiteral("93.184.216.34");
    private static final int PIECE = 64 << 10;

    private final SSLContext context;
    private final ServerSocket server;

    BenchWeb() throws IOException, GeneralSecurityException, OperatorCreationException {
        this.context = context();
        this.server = context.getServerSocketFactory().createServerSocket(0, 64, InetAddress.getLoopbackAddress());
        Thread.ofPlatform().daemon().start(this::accept);
    }

    private static SSLContext context() throws IOException, GeneralSecurityException, OperatorCreationException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        KeyPair pair = generator.generateKeyPair();
        Instant now = Instant.now();
        X509Certificate certificate = new JcaX509CertificateConverter()
                .getCertificate(new JcaX509v3CertificateBuilder(
                                new X500Name("CN=" + HOST),
                                BigInteger.ONE,
                                Date.from(now.minus(Duration.ofHours(1))),
                                Date.from(now.plus(Duration.ofHours(24))),
                                new X500Name("CN=" + HOST),
                                pair.getPublic())
                        .addExtension(
                                Extension.subjectAlternativeName,
                                false,
                                new GeneralNames(new GeneralName(GeneralName.dNSName, HOST)))
                        .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate())));
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("server", pair.getPrivate(), new char[0], new Certificate[] {certificate});
        store.setCertificateEntry("trusted", certificate);
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, new char[0]);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    int port() {
        return server.getLocalPort();
    }

    private void accept() {
        while (true) {
            try {
                Socket socket = server.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException _) {
                return;
            }
        }
    }

    private static void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int each = in.read();
                if (each < 0) {
                    return;
                }
                head.append((char) each);
            }
            long left = Long.parseLong(head.substring(head.indexOf("/") + 1, head.indexOf(" HTTP")));
            OutputStream out = socket.getOutputStream();
            out.write(("HTTP/1.1 200 OK\r\nContent-Length: " + left + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            byte[] piece = new byte[PIECE];
            for (; left > 0; left -= PIECE) {
                out.write(piece, 0, (int) Math.min(PIECE, left));
            }
            out.flush();
        } catch (IOException _) {
            // The client has gone.
        }
    }

    @Override
    public List<InetAddress> addresses(HostName host) {
        return List.of(PUBLIC);
    }

    @Override
    public void connect(Socket socket, InetSocketAddress address, Duration patience) throws IOException {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port()), (int) patience.toMillis());
    }

    @Override
    public SSLContext trust() {
        return context;
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
