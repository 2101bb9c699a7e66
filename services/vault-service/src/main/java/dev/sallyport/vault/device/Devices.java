package dev.sallyport.vault.device;

import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.vault.VaultException;
import dev.sallyport.vault.audit.VaultAudit;
import dev.sallyport.vault.ca.FleetCertificates;
import dev.sallyport.vault.denylist.Revocations;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionTemplate;

/** The devices and agents of the fleet after they have paired: their names, and their end. */
@Service
public class Devices {
    private static final int LONGEST_LABEL = 64;

    private final DeviceTable table;
    private final Revocations revocations;
    private final FleetCertificates certificates;
    private final VaultAudit audit;
    private final TransactionTemplate transaction;

    Devices(
            DeviceTable table,
            Revocations revocations,
            FleetCertificates certificates,
            VaultAudit audit,
            TransactionTemplate transaction) {
        this.table = table;
        this.revocations = revocations;
        this.certificates = certificates;
        this.audit = audit;
        this.transaction = transaction;
    }

    /** All that are known, by id. */
    public Page<Device> list(PageRequest asked) {
        String after = asked.after();
        if (after != null && SpiffeId.tryParse(after).isEmpty()) {
            throw new VaultException.Invalid("after", "`after` must be the `next` of an earlier page.");
        }
        return Page.of(table.list(after, asked.oneMore()), asked, Device::spiffeId);
    }

    /**
     * One of them.
     *
     * @throws VaultException.DeviceUnknown when it is not known
     */
    public Device find(SpiffeId id) {
        return table.find(id).orElseThrow(VaultException.DeviceUnknown::new);
    }

    /**
     * Changes what people call a device. Its id and its certificates stay.
     *
     * @throws VaultException.DeviceUnknown when it was never paired
     */
    public void rename(SpiffeId id, String label, String actor) {
        if (label.isBlank() || label.length() > LONGEST_LABEL) {
            throw new VaultException.Invalid("label", "`label` must have 1 to " + LONGEST_LABEL + " characters.");
        }
        transaction.executeWithoutResult(_ -> {
            if (!table.rename(id, label)) {
                throw new VaultException.DeviceUnknown();
            }
            state(AuditEvent.DEVICE_RENAMED, id, actor, Map.of("label", label));
        });
    }

    /**
     * Ends a device: all its certificates count no more, and its id gets none until an owner clears it. Asked for again,
     * it changes nothing.
     */
    public void revoke(SpiffeId id, String reason, String actor) {
        revocations.revokeId(id.toString(), reason, null, actor);
    }

    /**
     * Lets the id of a revoked device be paired again. The certificates that it had stay revoked.
     *
     * @throws VaultException.DeviceUnknown when the id is not revoked
     */
    public void clear(SpiffeId id, String actor) {
        long from = revocations.goodBelow();
        transaction.executeWithoutResult(_ -> {
            if (!revocations.clearId(id, actor, from)) {
                throw new VaultException.DeviceUnknown();
            }
            table.remove(id);
            state(AuditEvent.DEVICE_CLEARED, id, actor, Map.of());
        });
        revocations.refresh();
    }

    /**
     * The end of a rotation: the device shows its new certificate, and all older ones count no more.
     *
     * @param serial of the certificate that it shows, lower-case hexadecimal
     * @return how many were revoked
     * @throws VaultException.Forbidden when the certificate that it shows has been revoked
     */
    public int retireOthers(SpiffeId id, String serial) {
        long from = revocations.goodBelow();
        int retired = transaction.execute(_ -> {
            certificates.verifyCounts(id, serial);
            return revocations.revokeOthers(id, serial, "the device has a new key", id.toString(), from);
        });
        revocations.refresh();
        return retired;
    }

    private void state(AuditEvent event, SpiffeId id, String actor, Map<String, String> more) {
        Map<String, String> attributes = new TreeMap<>(more);
        attributes.put("spiffe_id", id.toString());
        audit.state(event, "identity:" + id.toString().substring("spiffe://".length()), null, actor, attributes);
    }
}
