package dev.sallyport.vault.device;

import dev.sallyport.identity.CertificateRequest;
import dev.sallyport.identity.IdentityException;
import dev.sallyport.identity.Pem;
import dev.sallyport.identity.ca.TlsNames;
import dev.sallyport.identity.pairing.PairingParty;
import dev.sallyport.identity.pairing.PairingRefusedException;
import dev.sallyport.identity.pairing.PairingSeed;
import dev.sallyport.identity.pairing.PairingTerms;
import dev.sallyport.identity.pairing.SealedCode;
import dev.sallyport.identity.protect.AesGcm;
import dev.sallyport.identity.protect.KeyProtector;
import dev.sallyport.servicekit.identity.IdentityInForce;
import dev.sallyport.servicekit.ids.Ulids;
import dev.sallyport.servicekit.limit.RateLimit;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.vault.VaultException;
import dev.sallyport.vault.VaultException.Code;
import dev.sallyport.vault.audit.VaultAudit;
import dev.sallyport.vault.ca.FleetCertificates;
import dev.sallyport.vault.ca.IssuedCertificate.Occasion;
import dev.sallyport.vault.denylist.Revocations;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * How a device gets its first certificate. An operator opens a window and reads a code to the person at the device.
 * Both sides prove to each other that they have the code, over a line that the device need not trust.
 *
 * <p>All state is in the database. Every replica can take every step, and a step that was taken is answered in the same
 * way when it is asked for again.
 */
@Service
public class Pairing {
    /** How long a window is open. */
    public static final Duration OPEN_FOR = Duration.ofMinutes(3);

    private static final Logger log = LoggerFactory.getLogger(Pairing.class);
    private static final int BURNED_AT_MOST = 5;
    private static final Duration LOCKED_FOR = Duration.ofMinutes(15);
    private static final int PER_ADDRESS_AND_MINUTE = 300;
    private static final int LONGEST_LABEL = 64;

    private final PairingWindowTable table;
    private final DeviceTable devices;
    private final FleetCertificates certificates;
    private final Revocations revocations;
    private final KeyProtector protector;
    private final VaultAudit audit;
    private final IdentityInForce identity;
    private final TransactionTemplate transaction;
    private final Ulids ids;
    private final RateLimit limit;

    Pairing(
            PairingWindowTable table,
            DeviceTable devices,
            FleetCertificates certificates,
            Revocations revocations,
            @Qualifier("authorityProtector") KeyProtector protector,
            VaultAudit audit,
            IdentityInForce identity,
            TransactionTemplate transaction,
            Ulids ids,
            Clock clock) {
        this.table = table;
        this.devices = devices;
        this.certificates = certificates;
        this.revocations = revocations;
        this.protector = protector;
        this.audit = audit;
        this.identity = identity;
        this.transaction = transaction;
        this.ids = ids;
        this.limit = new RateLimit(PER_ADDRESS_AND_MINUTE, clock);
    }

    /**
     * A window that has just been opened.
     *
     * @param windowId its id
     * @param device whom the device becomes
     * @param sealedCode the code for the operator's eyes, sealed to the key that came with the request; nobody gets it
     *     again
     * @param expiresAt its end
     * @param replaces whether the id has a device already, which loses its certificates then
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Opened(String windowId, SpiffeId device, byte[] sealedCode, Instant expiresAt, boolean replaces) {}

    /**
     * What a device is told before it proves anything. It must believe none of it before the proofs.
     *
     * @param windowId the window that is open
     * @param device whom it would become
     * @param trust the bytes of trust.json
     * @param expiresAt the window's end
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Offer(String windowId, SpiffeId device, byte[] trust, Instant expiresAt) {}

    /**
     * This side's answer to the device's first message.
     *
     * @param first message of the first round
     * @param second message of the second round
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Begun(byte[] first, byte[] second) {}

    /**
     * The end of a pairing.
     *
     * @param confirmation this side's proof that it has the code too
     * @param chain the device's certificate and its issuer, PEM
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Paired(byte[] confirmation, String chain) {}

    /** How a window stands, for the operator who opened it. */
    public record Standing(String windowId, SpiffeId device, String state, Instant expiresAt) {}

    /**
     * Opens the one window. Who may do so for which name is {@link Admission}'s.
     *
     * @param device a device or agent of this fleet
     * @param label what people call it
     * @param codeKey X25519 public key that the code is sealed to, 32 bytes
     * @throws VaultException.Forbidden when the id is revoked
     * @throws VaultException.PairingRefused when another window is open, or pairing is locked
     */
    public Opened open(SpiffeId device, String label, byte[] codeKey, String actor) {
        verifyKind(device);
        if (label.isBlank() || label.length() > LONGEST_LABEL) {
            throw new VaultException.Invalid("label", "`label` must have 1 to " + LONGEST_LABEL + " characters.");
        }
        verifyNotRevoked(device);
        String windowId = ids.next();
        byte[] seed = AesGcm.randomKey();
        try {
            byte[] sealed = SealedCode.seal(codeKey, PairingSeed.code(seed), windowId);
            byte[] wrapped = protector.wrap(seed, context(windowId));
            return transaction.execute(_ -> open(windowId, device, label, wrapped, sealed, actor));
        } catch (IllegalArgumentException _) {
            throw new VaultException.Invalid(
                    "code_key", "`code_key` must be an X25519 public key, 32 bytes in base64.");
        } finally {
            Arrays.fill(seed, (byte) 0);
        }
    }

    private Opened open(String windowId, SpiffeId device, String label, byte[] wrapped, byte[] sealed, String actor) {
        table.lockedUntil().ifPresent(until -> {
            throw new VaultException.PairingRefused(
                    Code.PAIRING_LOCKED,
                    "Pairing is locked until " + until + ": " + BURNED_AT_MOST + " windows in a row got a wrong proof."
                            + " Find out who tries, then open a window again.");
        });
        table.expire();
        Instant expiresAt = table.open(windowId, device, label, wrapped, actor, OPEN_FOR)
                .orElseThrow(() -> new VaultException.PairingRefused(
                        Code.PAIRING_WINDOW_OPEN,
                        "Another window is open. Wait until its device is paired, or for its end after "
                                + OPEN_FOR.toSeconds() + " seconds."));
        state(AuditEvent.PAIRING_OPENED, windowId, device, actor, Map.of("expires_at", expiresAt.toString()));
        return new Opened(windowId, device, sealed, expiresAt, revocations.hasCertificate(device));
    }

    /**
     * What is offered to a device now.
     *
     * @throws VaultException.PairingRefused when no window is open
     */
    public Offer offer(String from) {
        limit.count(from);
        PairingWindow window = table.open().orElseThrow(Pairing::closed);
        return new Offer(window.id(), window.device(), trust(), window.expiresAt());
    }

    /** How a window stands; empty for one that was never opened, and expired for one whose time has passed. */
    public Standing standing(String windowId) {
        table.expire();
        return table.find(windowId)
                .map(window -> new Standing(
                        window.id(), window.device(), window.state().wire(), window.expiresAt()))
                .orElseThrow(Pairing::closed);
    }

    /**
     * Takes the device's first message.
     *
     * @param request the device's certification request, PEM
     * @throws VaultException.PairingRefused when the window is not open, or is burned by this
     * @throws IdentityException when the request is none that would be granted; this burns nothing
     */
    public Begun begin(String windowId, String request, byte[] first, String from) {
        limit.count(from);
        byte[] der = Pem.request(request.getBytes(StandardCharsets.UTF_8));
        CertificateRequest parsed = CertificateRequest.parse(der);
        return settled(transaction.execute(_ -> begin(window(windowId), parsed, der, first)));
    }

    private Outcome<Begun> begin(PairingWindow window, CertificateRequest parsed, byte[] der, byte[] first) {
        certificates.verify(parsed, TlsNames.of(window.device()));
        return switch (window.state()) {
            case OPEN -> {
                Outcome<Begun> answer = answer(window, der, first);
                if (answer instanceof Outcome.Done<Begun>) {
                    table.begin(window.id(), der, first);
                    state(
                            AuditEvent.PAIRING_BEGUN,
                            window.id(),
                            window.device(),
                            null,
                            Map.of("request_sha256", Digest.of(der).hex()));
                }
                yield answer;
            }
            // Two devices in one window: nobody can say which is the right one.
            case BEGUN -> window.begunWith(der, first) ? answer(window, der, first) : burn(window, "two devices");
            case PAIRED, BURNED, EXPIRED -> throw closed();
        };
    }

    private Outcome<Begun> answer(PairingWindow window, byte[] der, byte[] first) {
        try {
            PairingParty party = party(window, der);
            return new Outcome.Done<>(new Begun(party.first(), party.second(first)));
        } catch (PairingRefusedException e) {
            return burn(window, String.valueOf(e.getMessage()));
        }
    }

    /**
     * Takes the device's proof. If it is right, the device is paired.
     *
     * @param second the device's message of the second round
     * @param proof the device's proof that it has the code
     * @throws VaultException.PairingRefused when the window is not open, or is burned by this
     */
    public Paired prove(String windowId, byte[] second, byte[] proof, String from) {
        limit.count(from);
        long goodBelow = revocations.goodBelow();
        Paired paired = settled(transaction.execute(_ -> prove(window(windowId), second, proof, goodBelow)));
        revocations.refresh();
        return paired;
    }

    private Outcome<Paired> prove(PairingWindow window, byte[] second, byte[] proof, long goodBelow) {
        byte[] digest = Digest.of(ByteBuffer.allocate(second.length + proof.length)
                        .put(second)
                        .put(proof)
                        .array())
                .bytes();
        return switch (window.state()) {
            case BEGUN -> {
                try {
                    yield new Outcome.Done<>(pair(window, second, proof, digest, goodBelow));
                } catch (PairingRefusedException e) {
                    yield burn(window, String.valueOf(e.getMessage()));
                }
            }
            case PAIRED -> {
                // The answer got lost. Who repeats the very proof gets the very answer.
                if (!Arrays.equals(window.proof(), digest)) {
                    throw closed();
                }
                yield new Outcome.Done<>(new Paired(
                        Objects.requireNonNull(window.confirmation()), Objects.requireNonNull(window.chain())));
            }
            case OPEN -> burn(window, "a proof before any beginning");
            case BURNED, EXPIRED -> throw closed();
        };
    }

    private Paired pair(PairingWindow window, byte[] second, byte[] proof, byte[] digest, long goodBelow) {
        byte[] der = Objects.requireNonNull(window.request());
        PairingParty party = party(window, der);
        party.first();
        party.second(Objects.requireNonNull(window.first()));
        byte[] confirmation = party.confirm(second);
        party.verify(proof);
        SpiffeId device = window.device();
        verifyNotRevoked(device);
        String chain = Objects.requireNonNull(certificates
                .issue(TlsNames.of(device), new FleetCertificates.Requests(Pem.ofRequest(der), null), Occasion.PAIRING)
                .tls());
        String serial = Pem.certificates(chain.getBytes(StandardCharsets.US_ASCII))
                .getFirst()
                .getSerialNumber()
                .toString(16);
        int replaced =
                revocations.revokeOthers(device, serial, "another device was paired", window.openedBy(), goodBelow);
        devices.paired(device, window.label(), window.openedBy());
        table.pair(window.id(), digest, confirmation, chain);
        state(
                AuditEvent.DEVICE_PAIRED,
                window.id(),
                device,
                window.openedBy(),
                Map.of("serial", serial, "replaced_certificates", Integer.toString(replaced)));
        return new Paired(confirmation, chain);
    }

    private PairingParty party(PairingWindow window, byte[] request) {
        byte[] seed = protector.unwrap(Objects.requireNonNull(window.wrappedSeed()), context(window.id()));
        try {
            return PairingSeed.vault(
                    seed, new PairingTerms(window.id(), Digest.of(trust()), window.device(), Digest.of(request)));
        } finally {
            Arrays.fill(seed, (byte) 0);
        }
    }

    /** Ends the window for good. The transaction commits although the request is refused. */
    private <T> Outcome<T> burn(PairingWindow window, String why) {
        log.warn("a pairing of {} was refused and its window burned: {}", window.device(), why);
        boolean locked = table.burn(window.id(), BURNED_AT_MOST, LOCKED_FOR);
        state(
                AuditEvent.PAIRING_BURNED,
                window.id(),
                window.device(),
                null,
                Map.of("locked", Boolean.toString(locked)));
        return new Outcome.Burned<>();
    }

    private PairingWindow window(String windowId) {
        return table.lock(windowId).orElseThrow(Pairing::closed);
    }

    private byte[] trust() {
        return identity.trust().toJson();
    }

    private void verifyKind(SpiffeId device) {
        boolean pairs = switch (device.kind()) {
            case DEVICE, AGENT -> true;
            case SERVICE, INFRA, EXECUTOR -> false;
        };
        if (!pairs || !device.trustDomain().equals(identity.trust().trustDomain())) {
            throw new VaultException.Invalid(
                    "spiffe_path", "Only devices and agents pair: `spiffe_path` is /device/NAME or /agent/NAME.");
        }
    }

    private void verifyNotRevoked(SpiffeId device) {
        if (revocations.isRevoked(device)) {
            throw new VaultException.Forbidden(
                    Code.ID_REVOKED,
                    device + " has been revoked. An owner lets the name be used again with `sallyport devices clear`.");
        }
    }

    private void state(
            AuditEvent event, String windowId, SpiffeId device, @Nullable String actor, Map<String, String> more) {
        Map<String, String> attributes = new TreeMap<>(more);
        attributes.put("spiffe_id", device.toString());
        audit.state(event, "pairing:" + windowId, null, actor, attributes);
    }

    private byte[] context(String windowId) {
        return ("sallyport pairing " + identity.trust().fleetId() + " " + windowId).getBytes(StandardCharsets.UTF_8);
    }

    private static VaultException closed() {
        return new VaultException.PairingRefused(
                Code.PAIRING_CLOSED,
                "No such pairing window is open. Ask an operator to open one with `sallyport devices open`.");
    }

    /** What a step has come to; a burned window is committed before the request is refused. */
    private sealed interface Outcome<T> {
        record Done<T>(T answer) implements Outcome<T> {}

        record Burned<T>() implements Outcome<T> {}
    }

    private static <T> T settled(Outcome<T> outcome) {
        return switch (outcome) {
            case Outcome.Done<T>(T answer) -> answer;
            case Outcome.Burned<T> _ ->
                throw new VaultException.PairingRefused(
                        Code.PAIRING_REFUSED,
                        "The proof is wrong and the window is burned: another code, another fleet, or somebody in"
                                + " between. Ask an operator to open a new window.");
        };
    }
}
