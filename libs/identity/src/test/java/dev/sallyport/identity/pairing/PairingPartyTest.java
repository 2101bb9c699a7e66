package dev.sallyport.identity.pairing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.fuzz.Fuzz;
import dev.sallyport.fuzz.FuzzTest;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.trust.SpiffeId;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.bouncycastle.crypto.agreement.ecjpake.ECJPAKECurves;
import org.bouncycastle.crypto.agreement.ecjpake.ECJPAKEParticipant;
import org.bouncycastle.crypto.agreement.ecjpake.ECJPAKERound1Payload;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.math.ec.ECPoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The attacks on pairing. Each changes one thing about an exchange that succeeds without the change, which
 * {@link #twoSidesWithTheSameCodeAndViewMakeSureOfEachOther} shows.
 */
class PairingPartyTest {
    private static final byte[] SEED = new byte[32];
    private static final PairingCode CODE = PairingSeed.code(SEED);
    private static final PairingTerms TERMS = terms("W1", "trust", "/device/laptop", "request");
    private static final int POINT = 65;
    private static final int FIRST = 2 * POINT + 2 * (POINT + 32);

    private static PairingTerms terms(String window, String trust, String path, String request) {
        return new PairingTerms(
                window, digest(trust), SpiffeId.parse("spiffe://fleet.sallyport" + path), digest(request));
    }

    private static Digest digest(String text) {
        return Digest.of(text.getBytes(StandardCharsets.UTF_8));
    }

    /** What the man in the middle does with the messages of an exchange. Without him each arrives as it was sent. */
    private static final class Middle {
        UnaryOperator<byte[]> deviceFirst = UnaryOperator.identity();
        UnaryOperator<byte[]> vaultFirst = UnaryOperator.identity();
        UnaryOperator<byte[]> deviceSecond = UnaryOperator.identity();
        UnaryOperator<byte[]> vaultSecond = UnaryOperator.identity();
        UnaryOperator<byte[]> deviceProof = UnaryOperator.identity();
        UnaryOperator<byte[]> vaultProof = UnaryOperator.identity();
    }

    /** The messages of a whole exchange, as a listener has them. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Transcript(
            byte[] deviceFirst,
            byte[] vaultFirst,
            byte[] deviceSecond,
            byte[] vaultSecond,
            byte[] deviceProof,
            byte[] vaultProof) {}

    private static Transcript run(PairingParty device, PairingParty vault, Middle middle) {
        byte[] deviceFirst = device.first();
        byte[] vaultFirst = vault.first();
        byte[] vaultSecond = vault.second(middle.deviceFirst.apply(deviceFirst));
        byte[] deviceSecond = device.second(middle.vaultFirst.apply(vaultFirst));
        byte[] deviceProof = device.confirm(middle.vaultSecond.apply(vaultSecond));
        byte[] vaultProof = vault.confirm(middle.deviceSecond.apply(deviceSecond));
        vault.verify(middle.deviceProof.apply(deviceProof));
        device.verify(middle.vaultProof.apply(vaultProof));
        return new Transcript(deviceFirst, vaultFirst, deviceSecond, vaultSecond, deviceProof, vaultProof);
    }

    private static Transcript run(Middle middle) {
        return run(PairingParty.device(TERMS, CODE), PairingSeed.vault(SEED, TERMS), middle);
    }

    @Test
    void twoSidesWithTheSameCodeAndViewMakeSureOfEachOther() {
        assertThatCode(() -> run(new Middle())).doesNotThrowAnyException();
        assertThat(PairingCode.tryParse(CODE.shown().toLowerCase(Locale.ROOT)))
                .hasValueSatisfying(typed -> assertThatCode(() ->
                                run(PairingParty.device(TERMS, typed), PairingSeed.vault(SEED, TERMS), new Middle()))
                        .doesNotThrowAnyException());
    }

    @Test
    void theFleetsSideIsBuiltAgainFromItsSeedAndNothingElse() {
        byte[] deviceFirst = PairingParty.device(TERMS, CODE).first();
        PairingParty before = PairingSeed.vault(SEED, TERMS);
        PairingParty after = PairingSeed.vault(SEED, TERMS);
        assertThat(after.first()).isEqualTo(before.first());
        assertThat(after.second(deviceFirst)).isEqualTo(before.second(deviceFirst));
        // To another device it says another thing: the same random number never answers two messages.
        PairingParty other = PairingSeed.vault(SEED, TERMS);
        other.first();
        byte[] otherSecond = other.second(PairingParty.device(TERMS, CODE).first());
        PairingParty again = PairingSeed.vault(SEED, TERMS);
        again.first();
        byte[] second = again.second(deviceFirst);
        assertThat(Arrays.copyOfRange(otherSecond, POINT, 2 * POINT))
                .isNotEqualTo(Arrays.copyOfRange(second, POINT, 2 * POINT));
        assertThat(PairingSeed.vault(filled(1), TERMS).first())
                .isNotEqualTo(PairingSeed.vault(SEED, TERMS).first());
    }

    @Test
    void aWrongCodeIsSeenByBothSides() {
        PairingCode wrong = PairingSeed.code(filled(9));
        assertThatThrownBy(() -> run(PairingParty.device(TERMS, wrong), PairingSeed.vault(SEED, TERMS), new Middle()))
                .isInstanceOf(PairingRefusedException.class);
        // The device's side of the same: whoever plays the fleet without the code is found out before anything counts.
        Middle silent = new Middle();
        PairingParty device = PairingParty.device(TERMS, wrong);
        PairingParty vault = PairingSeed.vault(SEED, TERMS);
        byte[] vaultFirst = vault.first();
        byte[] vaultSecond = vault.second(device.first());
        byte[] deviceSecond = device.second(vaultFirst);
        device.confirm(vaultSecond);
        byte[] proof = vault.confirm(silent.deviceSecond.apply(deviceSecond));
        assertThatThrownBy(() -> device.verify(proof)).isInstanceOf(PairingRefusedException.class);
    }

    @Test
    void oneCharacterOffIsAWrongCode() {
        String right = CODE.shown();
        char last = right.charAt(right.length() - 1) == 'A' ? 'B' : 'A';
        PairingCode near = PairingCode.tryParse(right.substring(0, right.length() - 1) + last)
                .orElseThrow();
        assertThatThrownBy(() -> run(PairingParty.device(TERMS, near), PairingSeed.vault(SEED, TERMS), new Middle()))
                .isInstanceOf(PairingRefusedException.class);
    }

    /** What the device was shown differs from what the fleet sees in one thing. */
    static Stream<PairingTerms> otherViews() {
        return Stream.of(
                terms("W2", "trust", "/device/laptop", "request"),
                terms("W1", "another authority", "/device/laptop", "request"),
                terms("W1", "trust", "/device/desk", "request"),
                terms("W1", "trust", "/agent/laptop", "request"),
                terms("W1", "trust", "/device/laptop", "another key"),
                // The same bytes, cut at other places.
                terms("W1trust", "", "/device/laptop", "request"));
    }

    @ParameterizedTest
    @MethodSource("otherViews")
    void withAnotherWindowAuthorityIdKindOrKeyTheProofsFail(PairingTerms seen) {
        assertThatThrownBy(() -> run(PairingParty.device(seen, CODE), PairingSeed.vault(SEED, TERMS), new Middle()))
                .isInstanceOf(PairingRefusedException.class);
        assertThatCode(() -> run(PairingParty.device(seen, CODE), PairingSeed.vault(SEED, seen), new Middle()))
                .doesNotThrowAnyException();
    }

    @Test
    void reflectedMessagesProveNothing() {
        PairingParty device = PairingParty.device(TERMS, CODE);
        byte[] own = device.first();
        assertThatThrownBy(() -> device.second(own)).isInstanceOf(PairingRefusedException.class);
        PairingParty vault = PairingSeed.vault(SEED, TERMS);
        byte[] vaults = vault.first();
        assertThatThrownBy(() -> vault.second(vaults)).isInstanceOf(PairingRefusedException.class);
        byte[][] seen = new byte[1][];
        Middle second = new Middle();
        second.vaultSecond = message -> message;
        PairingParty reflected = PairingParty.device(TERMS, CODE);
        PairingParty other = PairingSeed.vault(SEED, TERMS);
        byte[] first = reflected.first();
        byte[] otherFirst = other.first();
        other.second(first);
        byte[] ownSecond = reflected.second(otherFirst);
        assertThatThrownBy(() -> reflected.confirm(ownSecond)).isInstanceOf(PairingRefusedException.class);
        Middle proofs = new Middle();
        proofs.deviceProof = message -> seen[0] = message;
        proofs.vaultProof = _ -> seen[0];
        assertThatThrownBy(() -> run(proofs)).isInstanceOf(PairingRefusedException.class);
    }

    @Test
    void nothingOfAnEarlierExchangeCountsInALaterOne() {
        Transcript earlier = run(new Middle());
        List<Middle> replays = Stream.<Consumer<Middle>>of(
                        middle -> middle.vaultFirst = _ -> run(new Middle(), 7).vaultFirst(),
                        middle -> middle.deviceSecond = _ -> earlier.deviceSecond(),
                        middle -> middle.vaultSecond = _ -> earlier.vaultSecond(),
                        middle -> middle.deviceProof = _ -> earlier.deviceProof(),
                        middle -> middle.vaultProof = _ -> earlier.vaultProof())
                .map(change -> {
                    Middle middle = new Middle();
                    change.accept(middle);
                    return middle;
                })
                .toList();
        assertThat(replays)
                .allSatisfy(
                        replay -> assertThatThrownBy(() -> run(replay)).isInstanceOf(PairingRefusedException.class));
        // A listener plays back all that a device has said, to the next window of the same name.
        PairingParty next = PairingSeed.vault(filled(3), TERMS);
        next.first();
        next.second(earlier.deviceFirst());
        assertThatThrownBy(() -> {
                    next.confirm(earlier.deviceSecond());
                    next.verify(earlier.deviceProof());
                })
                .isInstanceOf(PairingRefusedException.class);
    }

    private static Transcript run(Middle middle, int seed) {
        byte[] other = filled(seed);
        return run(PairingParty.device(TERMS, PairingSeed.code(other)), PairingSeed.vault(other, TERMS), middle);
    }

    /** What stands in the place of a first message that is good but for this. */
    static Stream<UnaryOperator<byte[]>> badFirstMessages() {
        return Stream.of(
                // Infinity, in the encodings that there are for it.
                message -> put(message, 0, new byte[POINT]),
                message -> put(message, POINT, new byte[POINT]),
                message -> put(message, 2 * POINT, new byte[POINT]),
                message -> new byte[] {0},
                // Off the curve, compressed, hybrid.
                message -> put(message, POINT - 1, new byte[] {(byte) (message[POINT - 1] ^ 1)}),
                message -> put(message, 0, new byte[] {2}),
                message -> put(message, 0, new byte[] {6}),
                // x and y not below the field's prime.
                message -> put(message, 1, all((byte) 0xff, 64)),
                // Both points the same, or exchanged.
                message -> put(message, POINT, Arrays.copyOf(message, POINT)),
                message -> put(
                        put(message, 0, Arrays.copyOfRange(message, POINT, 2 * POINT)),
                        POINT,
                        Arrays.copyOf(message, POINT)),
                // The scalar of a proof: zero, the group's order, another one.
                message -> put(message, 3 * POINT, new byte[32]),
                message -> put(message, 3 * POINT, order()),
                message -> put(message, 3 * POINT, all((byte) 1, 32)),
                // A generator that everybody knows, without a proof for it.
                message -> put(message, 0, ECJPAKECurves.NIST_P256.getG().getEncoded(false)),
                // Cut short, too long, empty.
                message -> Arrays.copyOf(message, FIRST - 1),
                message -> Arrays.copyOf(message, FIRST + 1),
                message -> new byte[0]);
    }

    @ParameterizedTest
    @MethodSource("badFirstMessages")
    void aFirstMessageThatIsNotWholeIsRefused(UnaryOperator<byte[]> change) {
        Middle toVault = new Middle();
        toVault.deviceFirst = change;
        assertThatThrownBy(() -> run(toVault)).isInstanceOf(PairingRefusedException.class);
        Middle toDevice = new Middle();
        toDevice.vaultFirst = change;
        assertThatThrownBy(() -> run(toDevice)).isInstanceOf(PairingRefusedException.class);
    }

    @Test
    void aSecondMessageOrAProofThatIsNotWholeIsRefused() {
        for (UnaryOperator<byte[]> change : List.<UnaryOperator<byte[]>>of(
                message -> put(message, 0, new byte[POINT]),
                message -> put(message, POINT, new byte[POINT]),
                message -> put(message, 2 * POINT, new byte[32]),
                message -> put(message, 2 * POINT, order()),
                message -> put(message, 0, ECJPAKECurves.NIST_P256.getG().getEncoded(false)),
                message -> new byte[] {0},
                message -> Arrays.copyOf(message, message.length + 1))) {
            Middle toVault = new Middle();
            toVault.deviceSecond = change;
            assertThatThrownBy(() -> run(toVault)).isInstanceOf(PairingRefusedException.class);
            Middle toDevice = new Middle();
            toDevice.vaultSecond = change;
            assertThatThrownBy(() -> run(toDevice)).isInstanceOf(PairingRefusedException.class);
        }
        for (UnaryOperator<byte[]> change : List.<UnaryOperator<byte[]>>of(
                message -> put(message, 31, new byte[] {(byte) (message[31] ^ 1)}),
                message -> put(message, 0, new byte[] {(byte) (message[0] ^ 0x80)}),
                _ -> new byte[32],
                message -> Arrays.copyOf(message, 31),
                _ -> new byte[0])) {
            Middle toVault = new Middle();
            toVault.deviceProof = change;
            assertThatThrownBy(() -> run(toVault)).isInstanceOf(PairingRefusedException.class);
            Middle toDevice = new Middle();
            toDevice.vaultProof = change;
            assertThatThrownBy(() -> run(toDevice)).isInstanceOf(PairingRefusedException.class);
        }
    }

    /** A side that was talked into another version or another curve does not agree with one that was not. */
    @Test
    void aDowngradeIsRefused() throws Exception {
        ECJPAKEParticipant older = new ECJPAKEParticipant(
                "sallyport-pairing/v0",
                CODE.secret(),
                ECJPAKECurves.NIST_P256,
                SHA256Digest.newInstance(),
                new SecureRandom());
        byte[] message = PairingMessages.ofFirst(older.createRound1PayloadToSend());
        PairingParty vault = PairingSeed.vault(SEED, TERMS);
        vault.first();
        assertThatThrownBy(() -> vault.second(message)).isInstanceOf(PairingRefusedException.class);
        ECJPAKERound1Payload larger =
                new ECJPAKEParticipant("x", CODE.secret(), ECJPAKECurves.NIST_P384).createRound1PayloadToSend();
        byte[] others = larger.getGx1().getEncoded(false);
        Middle curve = new Middle();
        curve.deviceFirst = good -> put(good, 0, Arrays.copyOf(others, POINT));
        assertThatThrownBy(() -> run(curve)).isInstanceOf(PairingRefusedException.class);
    }

    /** Whoever answers with points that cancel the other side's out cannot prove that he knows their logarithms. */
    @Test
    void pointsThatCancelEachOtherOutAreRefused() {
        Middle middle = new Middle();
        byte[][] devices = new byte[1][];
        middle.deviceFirst = message -> devices[0] = message;
        middle.vaultFirst = message -> {
            ECPoint gx1 = ECJPAKECurves.NIST_P256.getCurve().decodePoint(Arrays.copyOf(devices[0], POINT));
            return put(message, 0, gx1.negate().normalize().getEncoded(false));
        };
        assertThatThrownBy(() -> run(middle)).isInstanceOf(PairingRefusedException.class);
    }

    /** Both sides' messages of a round say nothing about the code: they are the same kind of points whatever it is. */
    @Test
    void theCodeIsInNoMessage() {
        Transcript transcript = run(new Middle());
        for (byte[] message : List.of(
                transcript.deviceFirst(),
                transcript.vaultFirst(),
                transcript.deviceSecond(),
                transcript.vaultSecond(),
                transcript.deviceProof(),
                transcript.vaultProof())) {
            assertThat(new String(message, StandardCharsets.ISO_8859_1))
                    .doesNotContain(new String(CODE.secret()))
                    .doesNotContain(CODE.shown());
        }
        // A round's own secrets are fresh: two runs with one code share no message.
        assertThat(PairingParty.device(TERMS, CODE).first())
                .isNotEqualTo(PairingParty.device(TERMS, CODE).first());
        assertThat(CODE.toString()).doesNotContain(CODE.shown());
    }

    @Test
    void aSealedCodeOpensForItsWindowAndKeyOnly() {
        SealedCode operator = new SealedCode();
        byte[] sealed = SealedCode.seal(operator.publicKey(), CODE, "W1");
        assertThat(operator.open(sealed, "W1").shown()).isEqualTo(CODE.shown());
        assertThat(new String(sealed, StandardCharsets.ISO_8859_1)).doesNotContain(new String(CODE.secret()));
        assertThatThrownBy(() -> operator.open(sealed, "W2")).isInstanceOf(PairingRefusedException.class);
        assertThatThrownBy(() -> new SealedCode().open(sealed, "W1")).isInstanceOf(PairingRefusedException.class);
        assertThatThrownBy(() -> operator.open(new byte[3], "W1")).isInstanceOf(PairingRefusedException.class);
        byte[] changed = put(sealed, sealed.length - 1, new byte[] {(byte) (sealed[sealed.length - 1] ^ 1)});
        assertThatThrownBy(() -> operator.open(changed, "W1")).isInstanceOf(PairingRefusedException.class);
        assertThatThrownBy(() -> SealedCode.seal(new byte[31], CODE, "W1"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SealedCode.seal(new byte[32], CODE, "W1"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void codesAreReadAsPeopleTypeThemAndNothingElseIsOne() {
        assertThat(CODE.shown()).matches("[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}");
        assertThat(PairingCode.tryParse(" k7qm 2xwd ")).isPresent();
        for (String wrong : List.of("", "K7QM2XW", "K7QM2XWDA", "K7QM2XW0", "K7QM2XWI", "K7QM-2XW!", "ＫQM2XWD7A")) {
            assertThat(PairingCode.tryParse(wrong)).as(wrong).isEmpty();
        }
        assertThat(Stream.generate(() -> PairingCode.random(new SecureRandom()).shown())
                        .limit(200)
                        .distinct())
                .hasSize(200);
    }

    @FuzzTest
    void changedMessagesAreRefusedAndNeverCrash() {
        byte[] good = PairingParty.device(TERMS, CODE).first();
        Fuzz.target("pairing-first")
                .samples(good)
                .refusing(PairingRefusedException.class)
                .rounds(400)
                .run(input -> {
                    PairingParty vault = PairingSeed.vault(SEED, TERMS);
                    vault.first();
                    vault.second(input);
                    assertThat(input).isEqualTo(good);
                });
    }

    private static byte[] put(byte[] message, int at, byte[] what) {
        byte[] changed = message.clone();
        System.arraycopy(what, 0, changed, at, what.length);
        return changed;
    }

    private static byte[] all(byte value, int length) {
        byte[] all = new byte[length];
        Arrays.fill(all, value);
        return all;
    }

    private static byte[] order() {
        byte[] order = ECJPAKECurves.NIST_P256.getN().toByteArray();
        return Arrays.copyOfRange(order, order.length - 32, order.length);
    }

    private static byte[] filled(int value) {
        return all((byte) value, 32);
    }
}
