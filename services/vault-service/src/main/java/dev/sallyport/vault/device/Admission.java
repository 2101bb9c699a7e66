package dev.sallyport.vault.device;

import dev.sallyport.servicekit.access.AccessProperties;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.TokenIntrospector;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.vault.VaultException;
import dev.sallyport.vault.VaultException.Code;
import dev.sallyport.vault.denylist.Revocations;
import org.springframework.stereotype.Component;

/**
 * Who may let something into the fleet. policy-service binds people to the names of devices, so whoever gets the
 * certificate of such a name acts as that person. A token that leaked, or a page in a browser, must not be enough for
 * that.
 */
@Component
public class Admission {
    private final DeviceTable devices;
    private final Revocations revocations;
    private final TokenIntrospector introspector;
    private final AccessProperties access;

    Admission(DeviceTable devices, Revocations revocations, TokenIntrospector introspector, AccessProperties access) {
        this.devices = devices;
        this.revocations = revocations;
        this.introspector = introspector;
        this.access = access;
    }

    /**
     * Checks how the caller is known. A session lets nothing in. A device, an agent or a node under a name that is taken is
     * let in by an owner's device alone.
     *
     * @param id whom the newcomer becomes
     * @throws VaultException.Forbidden when the caller's credential does not suffice
     */
    public void verify(Caller caller, SpiffeId id) {
        if (caller instanceof Caller.Bearer bearer && bearer.session()) {
            throw new VaultException.Forbidden(
                    Code.SESSION_CANNOT_SIGN_IN,
                    "A session lets nothing into the fleet. Use your token or an owner's device.");
        }
        if (!isOwnersDevice(caller) && isTaken(id)) {
            throw new VaultException.Forbidden(
                    Code.OWNER_DEVICE_NEEDED,
                    id + " is an owner's device, is bound to a person, or has certificates already. Only an owner's"
                            + " device lets another one in under this name; a token does not suffice.");
        }
    }

    /** Whether the caller shows the certificate of an owner's device. */
    public boolean isOwnersDevice(Caller caller) {
        return caller instanceof Caller.CertificateOf holder && access.isOwnersDevice(holder.id());
    }

    private boolean isTaken(SpiffeId id) {
        return switch (id.kind()) {
            case DEVICE ->
                access.isOwnersDevice(id)
                        || isHeld(id)
                        || introspector.byCertificate(id).isPresent();
            case AGENT -> isHeld(id) || introspector.byCertificate(id).isPresent();
            // A second holder of a node's name would sign in that node's name.
            case EXECUTOR -> isHeld(id);
            case SERVICE, INFRA -> false;
        };
    }

    /** Whether somebody has paired under the name, or has certificates of it that count. */
    public boolean isHeld(SpiffeId id) {
        return devices.exists(id) || revocations.hasCertificate(id);
    }
}
