package dev.sallyport.tlog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignedNoteTest {
    private static final NoteSigner LOG = NoteSigner.ofSeed("example.org/ledger", seed(1));
    private static final NoteSigner OTHER = NoteSigner.ofSeed("example.org/other", seed(2));
    private static final Checkpoint CHECKPOINT = new Checkpoint("example.org/ledger", 7, Rfc6962.leaf(new byte[0]));

    @Test
    void aSignedCheckpointOpensWithTheLogsKey() {
        byte[] note = CHECKPOINT.sign(LOG);

        assertThat(Checkpoint.open(note, List.of(LOG.verifier()))).isEqualTo(CHECKPOINT);
        assertThat(new String(note, UTF_8))
                .startsWith("example.org/ledger\n7\n")
                .contains("\n\n\u2014 example.org/ledger ");
    }

    @Test
    void aSignatureByAnUnknownKeyIsIgnored() {
        String cosigned = new String(CHECKPOINT.sign(LOG), UTF_8) + signatureLine(OTHER.sign(CHECKPOINT.text()));

        assertThat(Checkpoint.open(cosigned.getBytes(UTF_8), List.of(LOG.verifier())))
                .isEqualTo(CHECKPOINT);
        assertThat(SignedNote.parse(cosigned.getBytes(UTF_8))
                        .open(List.of(LOG.verifier(), OTHER.verifier()))
                        .signers())
                .containsExactly(LOG.verifier(), OTHER.verifier());
    }

    @Test
    void aNoteWithoutATrustedSignatureIsRefused() {
        byte[] note = CHECKPOINT.sign(LOG);
        VerifierKey sameNameOtherKey =
                NoteSigner.ofSeed("example.org/ledger", seed(3)).verifier();

        assertThatThrownBy(() -> Checkpoint.open(note, List.of())).isInstanceOf(TlogException.UnknownSigner.class);
        assertThatThrownBy(() -> Checkpoint.open(note, List.of(OTHER.verifier(), sameNameOtherKey)))
                .isInstanceOf(TlogException.UnknownSigner.class);
    }

    @Test
    void aTrustedKeyOfAnotherLogDoesNotSpeakForThisOne() {
        byte[] note = OTHER.sign(CHECKPOINT.text());

        assertThatThrownBy(() -> Checkpoint.open(note, List.of(LOG.verifier(), OTHER.verifier())))
                .isInstanceOf(TlogException.UnknownSigner.class);
        assertThatIllegalArgumentException().isThrownBy(() -> CHECKPOINT.sign(OTHER));
    }

    @Test
    void aSignatureOverAnotherTextIsRefused() {
        String other = new Checkpoint("example.org/ledger", 8, CHECKPOINT.root()).text();
        byte[] note = (other + "\n" + signatureLine(CHECKPOINT.sign(LOG))).getBytes(UTF_8);

        assertThatThrownBy(() -> Checkpoint.open(note, List.of(LOG.verifier())))
                .isInstanceOf(TlogException.SignatureRefused.class);
    }

    @Test
    void everyChangedByteOfANoteIsRefused() {
        byte[] note = CHECKPOINT.sign(LOG);
        for (int at = 0; at < note.length; at++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] changed = note.clone();
                changed[at] ^= (byte) (1 << bit);
                assertThatThrownBy(() -> Checkpoint.open(changed, List.of(LOG.verifier())))
                        .as("byte %d, bit %d", at, bit)
                        .isInstanceOf(TlogException.class);
            }
        }
    }

    @Test
    void mangledNotesAreRefusedAndNothingElseIsThrown() {
        Mangler mangler = new Mangler(17);
        byte[] note = CHECKPOINT.sign(LOG);
        for (int round = 0; round < 20_000; round++) {
            byte[] mangled = mangler.mangle(note);
            if (!Arrays.equals(mangled, note) && !new String(mangled, UTF_8).contains(new String(note, UTF_8))) {
                assertThatThrownBy(() -> Checkpoint.open(mangled, List.of(LOG.verifier())))
                        .as(
                                "%s, round %d: %s",
                                mangler, round, Base64.getEncoder().encodeToString(mangled))
                        .isInstanceOf(TlogException.class);
            }
        }
    }

    @Test
    void aNoteTakesSixteenSignaturesAndNoMoreThanAHundred() {
        String note = new String(CHECKPOINT.sign(LOG), UTF_8);
        String line = signatureLine(OTHER.sign(CHECKPOINT.text()));

        assertThat(Checkpoint.open((note + line.repeat(99)).getBytes(UTF_8), List.of(LOG.verifier())))
                .isEqualTo(CHECKPOINT);
        assertThatThrownBy(() -> SignedNote.parse((note + line.repeat(100)).getBytes(UTF_8)))
                .isInstanceOf(TlogException.MalformedNote.class);
        assertThatThrownBy(() -> SignedNote.parse(new byte[SignedNote.MAX_BYTES + 1]))
                .isInstanceOf(TlogException.MalformedNote.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "o\n",
                "o\n7\n",
                "o\n7\nAA==\n",
                "\n7\n" + ROOT + "\n",
                "o\n07\n" + ROOT + "\n",
                "o\n-1\n" + ROOT + "\n",
                "o\n+7\n" + ROOT + "\n",
                "o\n9223372036854775808\n" + ROOT + "\n",
                "o\n7 \n" + ROOT + "\n",
                "o\n7\n" + ROOT,
                "o\n7\n" + ROOT + "\n\n",
                "o\n7\n" + ROOT + "\n\nx\n",
                "o\n7\n" + ROOT_UNPADDED + "\n",
                "o\n\n" + ROOT + "\n"
            })
    void aTextThatIsNoCheckpointIsRefused(String text) {
        assertThatThrownBy(() -> Checkpoint.parse(text)).isInstanceOf(TlogException.MalformedCheckpoint.class);
    }

    private static final String ROOT_UNPADDED = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    private static final String ROOT = ROOT_UNPADDED + "=";

    @Test
    void extensionLinesAreKept() {
        Checkpoint parsed = Checkpoint.parse("o\n0\n" + ROOT + "\nfirst\nsecond\n");

        assertThat(parsed.extensions()).containsExactly("first", "second");
        assertThat(parsed.text()).isEqualTo("o\n0\n" + ROOT + "\nfirst\nsecond\n");
    }

    @Test
    void aVkeyReadsBackAndIsRefusedWithAnotherKeyId() {
        String vkey = LOG.verifier().toString();
        assertThat(VerifierKey.parse(vkey)).isEqualTo(LOG.verifier());
        assertThat(vkey).matches("example\\.org/ledger\\+[0-9a-f]{8}\\+[A-Za-z0-9+/]{44}");

        for (String bad : List.of(
                "",
                "example.org/ledger",
                vkey.replace("ledger", "lodger"),
                vkey.toUpperCase(Locale.ROOT),
                vkey + "=",
                vkey.replaceFirst("\\+[0-9a-f]{8}\\+", "+00000000+"),
                OTHER.verifier().toString().replace("other", "oth er"))) {
            assertThatThrownBy(() -> VerifierKey.parse(bad)).as(bad).isInstanceOf(TlogException.MalformedKey.class);
        }
    }

    @Test
    void namesWithSpacesOrPlusSignsAreRefused() {
        for (String name : List.of("", "a b", "a+b", "a\tb", "a\nb", "a\u00a0b", "a\u2003b", "a\u0085b", "a\ud800b")) {
            assertThatThrownBy(() -> NoteSigner.ofSeed(name, seed(1)))
                    .as(name)
                    .isInstanceOf(TlogException.MalformedKey.class);
        }
    }

    @Test
    void aPemKeyIsTheSameAsItsSeed() {
        byte[] header = HexFormat.of().parseHex("302e020100300506032b657004220420");
        byte[] der = Arrays.copyOf(header, header.length + 32);
        System.arraycopy(seed(1), 0, der, header.length, 32);
        String pem = "-----BEGIN PRIVATE KEY-----\n" + Base64.getMimeEncoder().encodeToString(der)
                + "\n-----END PRIVATE KEY-----\n";

        assertThat(NoteSigner.ofPem("example.org/ledger", pem).verifier()).isEqualTo(LOG.verifier());
        assertThat(NoteSigner.publicKeyOfPem(pem)).isEqualTo(LOG.verifier().publicKey());
        for (String bad : List.of("", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "not a key")) {
            assertThatThrownBy(() -> NoteSigner.publicKeyOfPem(bad))
                    .as(bad)
                    .isInstanceOf(TlogException.MalformedKey.class);
        }
    }

    static byte[] seed(int number) {
        byte[] seed = new byte[32];
        new Random(number).nextBytes(seed);
        return seed;
    }

    private static String signatureLine(byte[] note) {
        String text = new String(note, UTF_8);
        return text.substring(text.lastIndexOf("\n\n") + 2);
    }
}
