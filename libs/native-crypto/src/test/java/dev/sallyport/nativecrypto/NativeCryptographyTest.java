package dev.sallyport.nativecrypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.statements.dsse.Ed25519;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Security;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class NativeCryptographyTest {
    /** The order of the base point (RFC 8032, section 5.1). */
    private static final BigInteger ORDER =
            BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));

    @AfterEach
    void asItWas() {
        Security.removeProvider(NativeCryptography.PROVIDER);
    }

    @Test
    void itIsTheFirstProviderAndInstalledOnce() throws Exception {
        assertThat(Security.getProvider(NativeCryptography.PROVIDER)).isNull();
        assertThat(NativeCryptography.install())
                .as("this machine is one that there is a build for")
                .isTrue();
        assertThat(NativeCryptography.install()).isTrue();
        assertThat(Stream.of(Security.getProviders()).map(java.security.Provider::getName))
                .startsWith(NativeCryptography.PROVIDER)
                .doesNotHaveDuplicates();
        assertThat(javax.crypto.Cipher.getInstance("AES/GCM/NoPadding")
                        .getProvider()
                        .getName())
                .as("what TLS encrypts with")
                .isEqualTo(NativeCryptography.PROVIDER);
    }

    static Stream<Runnable> implementations() {
        return Stream.of(() -> {}, NativeCryptography::install);
    }

    @ParameterizedTest
    @MethodSource("implementations")
    void bothSignTheSameBytesAndRefuseTheSameSignatures(Runnable implementation) throws Exception {
        var random = new Random(17);
        for (int i = 0; i < 50; i++) {
            KeyPair pair = KeyPairGenerator.getInstance("Ed25519", "SunEC").generateKeyPair();
            byte[] message = new byte[random.nextInt(300)];
            random.nextBytes(message);
            byte[] signature = Ed25519.sign(pair.getPrivate(), message);
            implementation.run();
            assertThat(Ed25519.sign(pair.getPrivate(), message)).isEqualTo(signature);
            assertThat(Ed25519.verify(pair.getPublic(), message, signature)).isTrue();

            byte[] damaged = signature.clone();
            damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            assertThat(Ed25519.verify(pair.getPublic(), message, damaged)).isFalse();
            assertThat(Ed25519.verify(pair.getPublic(), message, plusOrder(signature)))
                    .as("a second form of the same signature")
                    .isFalse();
            assertThat(Ed25519.verify(pair.getPublic(), message, new byte[63])).isFalse();
            asItWas();
        }
    }

    @ParameterizedTest
    @MethodSource("implementations")
    void keysOfAnotherKindSignAndVerifyNothing(Runnable implementation) throws Exception {
        implementation.run();
        byte[] message = "m".getBytes(StandardCharsets.US_ASCII);
        for (String kind : new String[] {"Ed448", "EC", "RSA"}) {
            KeyPair pair = KeyPairGenerator.getInstance(kind).generateKeyPair();
            assertThatThrownBy(() -> Ed25519.sign(pair.getPrivate(), message))
                    .as(kind)
                    .isInstanceOf(GeneralSecurityException.class);
            assertThat(Ed25519.verify(pair.getPublic(), message, new byte[64])).isFalse();
        }
    }

    /** A signature of zeros but for the first byte is the neutral element and zero: it fits any message of such a key. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0100000000000000000000000000000000000000000000000000000000000000",
                "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "0000000000000000000000000000000000000000000000000000000000000000",
                "0000000000000000000000000000000000000000000000000000000000000080",
                "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
                "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
                "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"
            })
    void aKeyOfSmallOrderVerifiesNothing(String hex) throws Exception {
        byte[] raw = HexFormat.of().parseHex(hex);
        PublicKey key = KeyFactory.getInstance("Ed25519", "SunEC")
                .generatePublic(new X509EncodedKeySpec(HexFormat.of().parseHex("302a300506032b6570032100" + hex)));
        assertThat(Ed25519.rawPublicKey(key)).hasSize(raw.length);
        byte[] signature = new byte[64];
        signature[0] = 1;
        for (Runnable implementation : implementations().toList()) {
            implementation.run();
            for (int i = 0; i < 16; i++) {
                assertThat(Ed25519.verify(key, new byte[] {(byte) i}, signature))
                        .isFalse();
            }
            asItWas();
        }
    }

    private static byte[] plusOrder(byte[] signature) {
        byte[] more = signature.clone();
        byte[] scalar = new byte[33];
        for (int i = 0; i < 32; i++) {
            scalar[32 - i] = signature[32 + i];
        }
        BigInteger sum = new BigInteger(scalar).add(ORDER);
        for (int i = 0; i < 32; i++) {
            more[32 + i] = sum.shiftRight(8 * i).byteValue();
        }
        return more;
    }
}
