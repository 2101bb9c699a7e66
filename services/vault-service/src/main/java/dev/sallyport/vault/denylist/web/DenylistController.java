package dev.sallyport.vault.denylist.web;

import dev.sallyport.servicekit.access.AnyCertificate;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.OwnerDevice;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.security.ShownChain;
import dev.sallyport.vault.VaultException;
import dev.sallyport.vault.ca.FleetCertificates;
import dev.sallyport.vault.denylist.Revocations;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The denylist: signed for every member of the fleet, changed by revocations. */
@RestController
class DenylistController {
    private final Revocations revocations;
    private final FleetCertificates certificates;

    DenylistController(Revocations revocations, FleetCertificates certificates) {
        this.certificates = certificates;
        this.revocations = revocations;
    }

    /**
     * A request with exactly one of the first three.
     *
     * @param serial lower-case hexadecimal
     * @param spiffeId an id with all its certificates
     * @param certificate in PEM
     */
    record RevokeRequest(
            @Nullable String serial,
            @Nullable String spiffeId,
            @Nullable String certificate,
            @Nullable String reason,
            @Nullable Long fromIndex) {}

    /** Serves the signed list of revoked certificates and identities. */
    @GetMapping("/internal/v1/denylist")
    @AnyCertificate
    ResponseEntity<byte[]> denylist(HttpServletRequest http) {
        // Everybody asks for it every two seconds, so this is where a renewed certificate is first seen in use.
        ShownChain.of(http).stream().findFirst().ifPresent(certificates::shown);
        return ResponseEntity.ok()
                .contentType(MediaType.APPLICATION_JSON)
                .cacheControl(CacheControl.noStore())
                .body(revocations.signed());
    }

    /**
     * Revokes a certificate, or an identity with all its certificates.
     *
     * <p>What was a leaf of the ledger below {@code from_index} stays good; without it, what is one now.
     */
    @PostMapping("/v1/certificates:revoke")
    @Requires(Permission.TRUST_OPERATE)
    @OwnerDevice
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void revoke(Caller caller, @RequestBody RevokeRequest request) {
        String reason = request.reason() == null ? "" : request.reason();
        String serial = request.serial();
        String id = request.spiffeId();
        String certificate = request.certificate();
        if (Stream.of(serial, id, certificate).filter(Objects::nonNull).count() != 1) {
            throw new VaultException.Invalid("serial", "Send one of `serial`, `spiffe_id` and `certificate`.");
        }
        if (serial != null) {
            revocations.revokeSerial(serial, reason, request.fromIndex(), caller.actor());
        } else if (id != null) {
            revocations.revokeId(id, reason, request.fromIndex(), caller.actor());
        } else if (certificate != null) {
            revocations.revokeCertificate(certificate, reason, request.fromIndex(), caller.actor());
        }
    }
}
