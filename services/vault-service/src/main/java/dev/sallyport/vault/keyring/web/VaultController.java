package dev.sallyport.vault.keyring.web;

import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.OwnerDevice;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.vault.keyring.KeyRing;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** The state of the vault, its seal and its key ring. */
@RestController
class VaultController {
    private final KeyRing ring;

    VaultController(KeyRing ring) {
        this.ring = ring;
    }

    record StatusAnswer(String state, List<KeyRing.Term> terms) {}

    /** Says whether the vault is sealed, and which keys its ring has. */
    @GetMapping("/v1/vault/status")
    @Requires(Permission.VAULT_READ)
    @OwnerDevice
    StatusAnswer status() {
        return new StatusAnswer(ring.state().wire(), ring.terms());
    }

    /** Seals the vault: it forgets its keys until it is unsealed. */
    @PostMapping("/v1/vault/seal")
    @Requires(Permission.TRUST_OPERATE)
    @OwnerDevice
    StatusAnswer seal(Caller caller) {
        ring.seal(caller.actor());
        return status();
    }

    /** Unseals the vault. */
    @PostMapping("/v1/vault/unseal")
    @Requires(Permission.TRUST_OPERATE)
    StatusAnswer unseal(Caller caller) {
        ring.unseal(caller.actor());
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
