package dev.sallyport.bench.code;

import dev.sallyport.embedded.FolderRemoval;
import dev.sallyport.identity.CertificateRequest;
import dev.sallyport.identity.ca.Authorities;
import dev.sallyport.identity.ca.CertificateIssuer;
import dev.sallyport.identity.ca.FleetCa;
import dev.sallyport.identity.ca.FleetPlan;
import dev.sallyport.identity.ca.TlsNames;
import dev.sallyport.statements.trust.SpiffeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The fleet's issuer and the two signature operations that it cannot do without. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
public class Certificates {
    private static final byte[] MESSAGE = new byte[500];

    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private CertificateIssuer issuer;

    @SuppressWarnings("NullAway.Init")
    private byte[] request;

    @SuppressWarnings("NullAway.Init")
    private TlsNames granted;

    @SuppressWarnings("NullAway.Init")
    private KeyPair pair;

    @SuppressWarnings("NullAway.Init")
    private byte[] signature;

    /** Makes a fleet's authorities. */
    @Setup(Level.Trial)
    public void make() throws Exception {
        folder = Files.createTempDirectory("sallyport-bench");
        FleetCa ca = FleetCa.init(folder.resolve("fleet"), FleetPlan.oneMachine(), Clock.systemUTC());
        Authorities issuing =
                Authorities.openIssuing(ca.layout().issuing(), ca.trust().fleetId(), Instant.now());
        issuer = new CertificateIssuer(
                issuing.tls(), issuing.signing(), ca.trust().trustDomain(), Clock.systemUTC());
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        pair = generator.generateKeyPair();
        SpiffeId id = SpiffeId.executor(ca.trust().trustDomain(), "default", "bench");
        request = CertificateRequest.create(pair, id, Set.of(), Set.of());
        granted = TlsNames.of(id);
        signature = sign();
    }

    /** Reads a request, checks its proof, issues. */
    @Benchmark
    public List<X509Certificate> issue() {
        return issuer.issueTls(CertificateRequest.parse(request), granted);
    }

    /** The floor. */
    @Benchmark
    public byte[] verifyAndSign() throws GeneralSecurityException {
        Signature verifier = Signature.getInstance("SHA256withECDSA");
        verifier.initVerify(pair.getPublic());
        verifier.update(MESSAGE);
        if (!verifier.verify(signature)) {
            throw new IllegalStateException("the signature should verify");
        }
        return sign();
    }

    private byte[] sign() throws GeneralSecurityException {
        Signature signer = Signature.getInstance("SHA256withECDSA");
        signer.initSign(pair.getPrivate());
        signer.update(MESSAGE);
        return signer.sign();
    }

    /** Removes the authorities. */
    @TearDown
    public void remove() throws IOException {
        FolderRemoval.remove(folder);
    }
}
