package dev.sallyport.vault.denylist.web;

import dev.sallyport.servicekit.access.AnyCertificate;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.OwnerDevice;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.vault.VaultException;
import dev.sallyport.vault.denylist.Revocations;
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

    DenylistController(Revocations revocations) {
        this.revocations = revocations;
    }

    record RevokeRequest(
            @Nullable String serial,
            @Nullable String spiffeId,
            @Nullable String reason,
            @Nullable Long fromIndex) {}

    @GetMapping("/internal/v1/denylist")
    @AnyCertificate
    ResponseEntity<byte[]> denylist() {
        return ResponseEntity.ok()
                .contentType(MediaType.APPLICATION_JSON)
                .cacheControl(CacheControl.noStore())
                .body(revocations.signed());
    }

    @PostMapping("/v1/certificates:revoke")
    @Requires(Permission.TRUST_OPERATE)
    @OwnerDevice
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void revoke(Caller caller, @RequestBody RevokeRequest request) {
        String reason = request.reason() == null ? "" : request.reason();
        String serial = request.serial();
        String id = request.spiffeId();
        if (serial != null && id == null) {
            revocations.revokeSerial(serial, reason, request.fromIndex(), caller.actor());
        } else if (id != null && serial == null) {
            revocations.revokeId(id, reason, request.fromIndex(), caller.actor());
        } else {
            throw new VaultException.Invalid("serial", "Send either `serial` or `spiffe_id`.");
        }
    }
}
