package dev.sallyport.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.IdentityException.RequestRefused;
import dev.sallyport.identity.IdentityException.RequestRefused.Reason;
import dev.sallyport.statements.trust.SpiffeId;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateRequestTest {
    private static final SpiffeId ID = SpiffeId.service("fleet.sallyport", "policy-service");

    @Test
    void whatIsAskedForIsRead() {
        Set<InetAddress> addresses = Set.of(InetAddress.ofLiteral("127.0.0.1"), InetAddress.ofLiteral("::1"));
        KeyPair pair = KeyTypes.newTlsPair();
        CertificateRequest request =
                CertificateRequest.parse(CertificateRequest.create(pair, ID, Set.of("policy-service"), addresses));
        assertThat(request.id()).isEqualTo(ID);
        assertThat(request.key()).isEqualTo(pair.getPublic());
        assertThat(request.dnsNames()).containsExactly("policy-service");
        assertThat(request.addresses()).isEqualTo(addresses);
    }

    @Test
    void aRequestMadeByOpensslIsRead(@TempDir Path temp) throws Exception {
        Path key = temp.resolve("key.pem");
        Path csr = temp.resolve("csr.pem");
        Process process = new ProcessBuilder(
                        "openssl",
                        "req",
                        "-new",
                        "-newkey",
                        "ec",
                        "-pkeyopt",
                        "ec_paramgen_curve:P-256",
                        "-nodes",
                        "-subj",
                        "/CN=x",
                        "-addext",
                        "subjectAltName=URI:" + ID,
                        "-keyout",
                        key + "",
                        "-out",
                        csr + "")
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(CertificateRequest.parsePem(Files.readAllBytes(csr)).id()).isEqualTo(ID);
    }

    @Test
    void anotherKeysSignatureIsNoProof() throws Exception {
        KeyPair mine = KeyTypes.newTlsPair();
        KeyPair theirs = KeyTypes.newTlsPair();
        byte[] request =
                CertificateRequest.create(new KeyPair(theirs.getPublic(), mine.getPrivate()), ID, Set.of(), Set.of());
        refused(Reason.POSSESSION_NOT_PROVEN, request);
    }

    @Test
    void twoUriNamesAreRefused() throws Exception {
        refused(
                Reason.SPIFFE_ID_NOT_ALONE,
                request(uri(ID + ""), uri("spiffe://fleet.sallyport/service/vault-service")));
        refused(Reason.SPIFFE_ID_MISSING, request(new GeneralName(GeneralName.dNSName, "x")));
        refused(Reason.SPIFFE_ID_FOREIGN, request(uri("https://example.org")));
        refused(Reason.NAME_NOT_GRANTED, request(uri(ID + ""), new GeneralName(GeneralName.rfc822Name, "a@b")));
        assertThat(CertificateRequest.parse(request(uri(ID + ""))).id()).isEqualTo(ID);
    }

    @Test
    void nobodyBecomesAnAuthority() throws Exception {
        ExtensionsGenerator wish = new ExtensionsGenerator();
        wish.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
        wish.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(uri(ID + "")));
        refused(Reason.CA_NOT_GRANTED, request(KeyTypes.newTlsPair(), "SHA256withECDSA", wish.generate()));
    }

    @Test
    void otherKindsOfKeyAreRefused() throws Exception {
        Extensions wish = new Extensions(
                new Extension(Extension.subjectAlternativeName, false, new GeneralNames(uri(ID + "")).getEncoded()));
        KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
        rsa.initialize(2048);
        refused(Reason.KEY_TYPE, request(rsa.generateKeyPair(), "SHA256withRSA", wish));
        KeyPairGenerator p384 = KeyPairGenerator.getInstance("EC");
        p384.initialize(384);
        refused(Reason.KEY_TYPE, request(p384.generateKeyPair(), "SHA384withECDSA", wish));
    }

    @Test
    void whateverTheBytesOnlyARefusalComesOut() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] good = CertificateRequest.create(KeyTypes.newTlsPair(), ID, Set.of("a.example"), Set.of());
        int refusals = 0;
        for (int i = 0; i < 4000; i++) {
            byte[] bytes = mutated(good, random);
            try {
                CertificateRequest.parse(bytes);
            } catch (IdentityException e) {
                refusals++;
            } catch (Throwable e) {
                throw new AssertionError("seed " + seed + ", round " + i, e);
            }
        }
        assertThat(refusals).as("seed %d", seed).isGreaterThan(3900);
    }

    @Test
    void deeplyNestedBytesAreRefused() {
        byte[] nested = new byte[CertificateRequest.LARGEST];
        for (int i = 0; i + 1 < nested.length; i += 2) {
            nested[i] = 0x30;
            nested[i + 1] = (byte) 0x80;
        }
        assertThatThrownBy(() -> CertificateRequest.parse(nested)).isInstanceOf(IdentityException.Malformed.class);
        assertThatThrownBy(() -> CertificateRequest.parse(new byte[CertificateRequest.LARGEST + 1]))
                .isInstanceOf(IdentityException.Malformed.class);
    }

    private static byte[] mutated(byte[] good, Random random) {
        byte[] bytes = good.clone();
        switch (random.nextInt(4)) {
            case 0 -> bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
            case 2 -> bytes = Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(64));
            default -> {
                for (int i = 0; i < 8; i++) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
                }
            }
        }
        return bytes;
    }

    private static void refused(Reason reason, byte[] request) {
        assertThatThrownBy(() -> CertificateRequest.parse(request))
                .isInstanceOfSatisfying(
                        RequestRefused.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    private static GeneralName uri(String uri) {
        return new GeneralName(GeneralName.uniformResourceIdentifier, uri);
    }

    private static byte[] request(GeneralName... names) throws Exception {
        return request(
                KeyTypes.newTlsPair(),
                "SHA256withECDSA",
                new Extensions(
                        new Extension(Extension.subjectAlternativeName, false, new GeneralNames(names).getEncoded())));
    }

    private static byte[] request(KeyPair pair, String algorithm, Extensions wish) throws Exception {
        return new PKCS10CertificationRequestBuilder(
                        new X500Name("O=x"),
                        SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded()))
                .addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, wish)
                .build(new JcaContentSignerBuilder(algorithm).build(pair.getPrivate()))
                .getEncoded();
    }
}
