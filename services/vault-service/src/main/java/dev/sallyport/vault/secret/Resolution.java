package dev.sallyport.vault.secret;

import dev.sallyport.vault.VaultException;
import dev.sallyport.vault.keyring.KeyRing;
import java.time.Clock;
import java.util.Arrays;
import org.springframework.stereotype.Service;

/** Tells policy-service which version of a secret a call would get and on what terms; never a value. */
@Service
public class Resolution {
    private final SecretTable table;
    private final SecretEnvelope envelope;
    private final Clock clock;

    Resolution(SecretTable table, KeyRing ring, Clock clock) {
        this.table = table;
        this.envelope = new SecretEnvelope(ring);
        this.clock = clock;
    }

    /**
     * A call that wants to use a secret.
     *
     * @param workspace the call's workspace
     * @param principal who calls
     * @param channel the channel that the call came by
     */
    public record Use(Workspace workspace, String principal, String channel) {}

    /**
     * A workspace under both of its names.
     *
     * @param id ULID
     * @param name its name, which references may use as well
     */
    public record Workspace(String id, String name) {
        private boolean isNamed(String text) {
            return text.equals(id) || text.equals(name);
        }
    }

    /**
     * What a permit may grant.
     *
     * @param reference with the workspace's id and without a version
     */
    public record Resolved(String reference, int version, SecretTerms terms) {}

    /**
     * Resolves a reference.
     *
     * @throws VaultException.Invalid when the text is no reference
     * @throws VaultException.NotAvailable when there is no such secret for this use
     * @throws VaultException.Damaged when the row was changed: nobody stands for its terms then
     */
    public Resolved resolve(String text, Use use) {
        SecretReference reference = SecretReference.parse(text);
        if (!use.workspace().isNamed(reference.workspace())) {
            throw new VaultException.NotAvailable();
        }
        SecretRow.Head head =
                table.find(use.workspace().id(), reference.name()).orElseThrow(VaultException.NotAvailable::new);
        envelope.verifyPointer(head);
        int number = reference.versionOr(head.currentVersion());
        SecretRow.Version version =
                table.version(head.secretId(), number).orElseThrow(VaultException.NotAvailable::new);
        // The seal authenticates the terms together with the value. So the value is opened before they are believed.
        Arrays.fill(envelope.open(head, version), (byte) 0);
        SecretTerms terms = version.terms();
        if (terms.expired(clock.instant()) || !terms.admits(use.principal(), use.channel())) {
            throw new VaultException.NotAvailable();
        }
        return new Resolved(head.reference(), number, terms);
    }
}
