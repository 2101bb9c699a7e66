package dev.sallyport.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.TestAuthority.Leaf;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PemTest {
    private final TestAuthority authority = new TestAuthority();

    @Test
    void certificatesComeBack() {
        List<X509Certificate> chain = List.of(authority.issue(new Leaf()), authority.root());
        assertThat(Pem.certificates(Pem.ofCertificates(chain))).isEqualTo(chain);
    }

    @Test
    void bothKindsOfKeyComeBack() {
        for (PrivateKey key : List.of(
                KeyTypes.newTlsPair().getPrivate(), KeyTypes.newSigningPair().getPrivate())) {
            assertThat(Pem.privateKey(Pem.ofPrivateKey(key))).isEqualTo(key);
        }
    }

    @Test
    void aPrivateKeyWithoutItsFieldsIsRefused() {
        // A SEQUENCE of nothing but the version 0, and one that is empty.
        for (String der : List.of("MAMCAQA=", "MAA=")) {
            String pem = "-----BEGIN PRIVATE KEY-----\n" + der + "\n-----END PRIVATE KEY-----\n";
            assertThatThrownBy(() -> Pem.privateKey(ascii(pem))).isInstanceOf(IdentityException.Malformed.class);
        }
    }

    @Test
    void textAroundBlocksAndOtherBlocksAreRefused() {
        String good = new String(Pem.ofCertificates(List.of(authority.root())), StandardCharsets.US_ASCII);
        assertThat(Pem.certificates(ascii("\n" + good + "\n"))).hasSize(1);
        for (String bad : List.of(
                "hello\n" + good,
                good + "hello",
                good.replace("CERTIFICATE", "PRIVATE KEY"),
                good.replace("-----END CERTIFICATE-----", ""),
                good.replace("MII", "!!!"),
                "",
                good.repeat(17))) {
            assertThatThrownBy(() -> Pem.certificates(ascii(bad))).isInstanceOf(IdentityException.Malformed.class);
        }
    }

    @Test
    void bytesBehindACertificateAreRefused() throws Exception {
        byte[] der = authority.root().getEncoded();
        byte[] more = Arrays.copyOf(der, der.length + 1);
        assertThat(Pem.certificate(der)).isEqualTo(authority.root());
        assertThatThrownBy(() -> Pem.certificate(more)).isInstanceOf(IdentityException.Malformed.class);
    }

    @Test
    void theSameCertificateInOtherBytesIsRefused() throws Exception {
        X509Certificate even = authority.issue(new Leaf());
        while ((even.getSignature()[even.getSignature().length - 1] & 1) != 0) {
            // Only where the signature's last bit is 0 it can be called unused.
            even = authority.issue(new Leaf());
        }
        byte[] der = even.getEncoded();
        assertThat(Pem.certificate(der)).isEqualTo(even);
        int unusedBits = der.length - even.getSignature().length - 1;
        assertThat(der[unusedBits]).isZero();
        der[unusedBits] = 1;
        assertThatThrownBy(() -> Pem.certificate(der)).isInstanceOf(IdentityException.Malformed.class);
    }

    @Test
    void aKeyOfNoBytesIsRefused() throws Exception {
        Leaf leaf = new Leaf();
        leaf.pair = KeyTypes.newSigningPair();
        byte[] der = authority.issue(leaf).getEncoded();
        assertThat(Pem.certificate(der)).isNotNull();
        int key = new String(der, StandardCharsets.ISO_8859_1).indexOf("+ep\u0003!");
        assertThat(key).isPositive();
        der[key + 4] = 1;
        assertThatThrownBy(() -> Pem.certificate(der)).isInstanceOf(IdentityException.Malformed.class);
    }

    @Test
    void whateverTheTextOnlyARefusalComesOut() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] certificate = Pem.ofCertificates(List.of(authority.root()));
        byte[] key = Pem.ofPrivateKey(KeyTypes.newTlsPair().getPrivate());
        for (int i = 0; i < 3000; i++) {
            byte[] bytes = (i % 2 == 0 ? certificate : key).clone();
            for (int flips = random.nextInt(6); flips >= 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            try {
                Object read = i % 2 == 0 ? Pem.certificates(bytes) : Pem.privateKey(bytes);
                assertThat(read).isNotNull();
            } catch (IdentityException e) {
                assertThat(e.code()).isEqualTo("MALFORMED");
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ", round " + i, e);
            }
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
