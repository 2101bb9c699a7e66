package dev.sallyport.vault.keyring.web;

import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.OwnerDevice;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.vault.keyring.KeyRing;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** The state of the vault, its seal and its key ring. */
@RestController
class VaultController {
    private final KeyRing ring;

    VaultController(KeyRing ring) {
        this.ring = ring;
    }

    record StatusAnswer(String state, List<KeyRing.Term> terms, KeyRing.@Nullable People people) {}

    /**
     * @param share one person's; absent where the vault opens without
     */
    record UnsealRequest(@Nullable String share) {}

    record ShareRequest(@Nullable Integer people, @Nullable Integer threshold) {}

    /**
     * @param shares as many of those that were made last as open the vault
     */
    record ConfirmRequest(@Nullable List<String> shares) {}

    record SharesAnswer(List<String> shares, int threshold) {}

    /** Says whether the vault is sealed, and which keys its ring has. */
    @GetMapping("/v1/vault/status")
    @Requires(Permission.VAULT_READ)
    @OwnerDevice
    StatusAnswer status() {
        return new StatusAnswer(ring.state().wire(), ring.terms(), ring.people());
    }

    /** Seals the vault: it forgets its keys until it is unsealed. */
    @PostMapping("/v1/vault/seal")
    @Requires(Permission.TRUST_OPERATE)
    @OwnerDevice
    StatusAnswer seal(Caller caller) {
        ring.seal(caller.actor());
        return status();
    }

    /**
     * Unseals the vault.
     *
     * <p>Where people hold it in shares, each of them sends the own one; the last that is needed opens it.
     */
    @PostMapping("/v1/vault/unseal")
    @Requires(Permission.TRUST_OPERATE)
    StatusAnswer unseal(Caller caller, @RequestBody(required = false) @Nullable UnsealRequest request) {
        String share = request == null ? null : request.share();
        if (share == null) {
            ring.unseal(caller.actor());
        } else {
            ring.give(share, caller.actor());
        }
        return status();
    }

    /**
     * Makes shares for people, which wait for their confirmation.
     *
     * <p>They are answered once. Until enough of them are sent back, the vault opens as before.
     */
    @PostMapping("/v1/vault/share")
    @Requires(Permission.TRUST_OPERATE)
    ResponseEntity<SharesAnswer> share(Caller caller, @RequestBody ShareRequest request) {
        int threshold = request.threshold() == null ? 0 : request.threshold();
        int people = request.people() == null ? 0 : request.people();
        return ResponseEntity.ok()
                .cacheControl(CacheControl.noStore())
                .body(new SharesAnswer(ring.share(threshold, people, caller.actor()), threshold));
    }

    /**
     * Puts the shares that were made last in force: without them the vault opens no more.
     *
     * <p>Whoever sends as many as are needed has them. Shares made earlier open nothing any more. A new term of the key ring
     * begins.
     */
    @PostMapping("/v1/vault/share:confirm")
    @Requires(Permission.TRUST_OPERATE)
    StatusAnswer confirm(Caller caller, @RequestBody ConfirmRequest request) {
        ring.confirm(request.shares() == null ? List.of() : request.shares(), caller.actor());
        return status();
    }

    /** Lets the vault open without people again. */
    @PostMapping("/v1/vault/unshare")
    @Requires(Permission.TRUST_OPERATE)
    StatusAnswer unshare(Caller caller) {
        ring.unshare(caller.actor());
        return status();
    }

    /** Begins a new term of the key ring, under which new values are stored. */
    @PostMapping("/v1/vault/rotate")
    @Requires(Permission.TRUST_OPERATE)
    StatusAnswer rotate(Caller caller) {
        ring.requireOpen();
        ring.rotate(caller.actor());
        return status();
    }
}
