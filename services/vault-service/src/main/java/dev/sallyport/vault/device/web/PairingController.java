package dev.sallyport.vault.device.web;

import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.OpenEndpoint;
import dev.sallyport.servicekit.access.OwnerDevice;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.identity.IdentityInForce;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.vault.VaultException;
import dev.sallyport.vault.device.Admission;
import dev.sallyport.vault.device.Pairing;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Pairing: the operator's window, and the device's three questions. */
@RestController
class PairingController {
    private static final String DEVICE =
            "A device without a certificate proves here that it has the code of the operator's window";

    private final Pairing pairing;
    private final Admission admission;
    private final String trustDomain;

    PairingController(Pairing pairing, Admission admission, IdentityInForce identity) {
        this.pairing = pairing;
        this.admission = admission;
        this.trustDomain = identity.trust().trustDomain();
    }

    /**
     * @param spiffePath {@code /device/NAME} or {@code /agent/NAME}
     * @param label what people call it; its name by default
     * @param codeKey X25519 public key in base64
     */
    record OpenRequest(
            @Nullable String spiffePath,
            @Nullable String label,
            @Nullable String codeKey) {}

    record OpenAnswer(String windowId, String spiffeId, String sealedCode, Instant expiresAt, boolean replaces) {}

    record OfferAnswer(String windowId, String spiffeId, String trust, Instant expiresAt) {}

    record WindowAnswer(String windowId, String spiffeId, String state, Instant expiresAt) {}

    record BeginRequest(@Nullable String tlsCsr, @Nullable String first) {}

    record BeginAnswer(String first, String second) {}

    record ProveRequest(@Nullable String second, @Nullable String proof) {}

    record ProveAnswer(String proof, String tlsChain) {}

    /**
     * Opens the one window in which a device may pair, for 180 seconds.
     *
     * <p>The code in the answer is sealed to {@code code_key} (HPKE, RFC 9180) and shown to nobody again. Only an owner's
     * device opens one for a name that is taken: of an owner's device, of one that is bound to a person, or of one with
     * certificates.
     */
    @PostMapping("/v1/pairing-windows")
    @Requires(Permission.DEVICE_MANAGE)
    @OwnerDevice
    ResponseEntity<OpenAnswer> open(Caller caller, @RequestBody OpenRequest request) {
        SpiffeId device = SpiffeId.tryParse("spiffe://" + trustDomain + request.spiffePath())
                .orElseThrow(() -> new VaultException.Invalid(
                        "spiffe_path", "`spiffe_path` must be a path such as /device/laptop or /agent/builder."));
        admission.verify(caller, device);
        String label = request.label() == null ? device.name() : request.label();
        Pairing.Opened opened = pairing.open(device, label, bytes("code_key", request.codeKey()), caller.actor());
        return ResponseEntity.status(HttpStatus.CREATED)
                .cacheControl(CacheControl.noStore())
                .body(new OpenAnswer(
                        opened.windowId(),
                        opened.device().toString(),
                        text(opened.sealedCode()),
                        opened.expiresAt(),
                        opened.replaces()));
    }

    /**
     * Says how a pairing window stands.
     *
     * @param windowId the window
     */
    @GetMapping("/v1/pairing-windows/{window_id}")
    @Requires(Permission.DEVICE_MANAGE)
    @OwnerDevice
    WindowAnswer window(@PathVariable("window_id") String windowId) {
        Pairing.Standing standing = pairing.standing(windowId);
        return new WindowAnswer(
                standing.windowId(), standing.device().toString(), standing.state(), standing.expiresAt());
    }

    /**
     * Says which pairing window is open, and hands out the fleet's trust.json.
     *
     * <p>A device believes none of it before the fleet has proven that it has the code.
     */
    @GetMapping("/v1/pairing")
    @OpenEndpoint(DEVICE)
    ResponseEntity<OfferAnswer> offer(HttpServletRequest http) {
        Pairing.Offer offer = pairing.offer(http.getRemoteAddr());
        return ResponseEntity.ok()
                .cacheControl(CacheControl.noStore())
                .body(new OfferAnswer(
                        offer.windowId(), offer.device().toString(), text(offer.trust()), offer.expiresAt()));
    }

    /**
     * Takes a device's certification request and first message, and answers both messages of the fleet.
     *
     * @param windowId the window
     */
    @PostMapping("/v1/pairing/{window_id}:begin")
    @OpenEndpoint(DEVICE)
    BeginAnswer begin(
            HttpServletRequest http, @PathVariable("window_id") String windowId, @RequestBody BeginRequest request) {
        String csr = request.tlsCsr();
        if (csr == null) {
            throw new VaultException.Invalid("tls_csr", "Send the device's certification request as `tls_csr`.");
        }
        Pairing.Begun begun = pairing.begin(windowId, csr, bytes("first", request.first()), http.getRemoteAddr());
        return new BeginAnswer(text(begun.first()), text(begun.second()));
    }

    /**
     * Takes a device's second message and its proof; a right one is answered with the fleet's proof and the certificate.
     *
     * <p>A wrong one burns the window.
     *
     * @param windowId the window
     */
    @PostMapping("/v1/pairing/{window_id}:prove")
    @OpenEndpoint(DEVICE)
    ResponseEntity<ProveAnswer> prove(
            HttpServletRequest http, @PathVariable("window_id") String windowId, @RequestBody ProveRequest request) {
        Pairing.Paired paired = pairing.prove(
                windowId, bytes("second", request.second()), bytes("proof", request.proof()), http.getRemoteAddr());
        return ResponseEntity.ok()
                .cacheControl(CacheControl.noStore())
                .body(new ProveAnswer(text(paired.confirmation()), paired.chain()));
    }

    private static byte[] bytes(String field, @Nullable String base64) {
        try {
            return Base64.getDecoder().decode(base64 == null ? "" : base64);
        } catch (IllegalArgumentException _) {
            throw new VaultException.Invalid(field, "`" + field + "` must be base64.");
        }
    }

    private static String text(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
