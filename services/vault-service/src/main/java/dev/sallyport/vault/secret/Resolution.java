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
     * Who wants to use it.
     *
     * @param workspaceId the call's workspace
     * @param workspaceName its name, which references may use as well
     */
    public record Use(String workspaceId, String workspaceName, String principal, String channel) {}

    /**
     * What a permit may grant.
     *
     * @param reference with the workspace's id and without a version
     */
    public record Resolved(String reference, int version, SecretTerms terms) {}

    /**
     * Resolves a reference.
     *
     * @throws VaultException.Invalid when it is none
     * @throws VaultException.NotAvailable when there is no such secret for this use
     * @throws VaultException.Damaged when the row has been changed: its terms are then nobody's word
     */
    public Resolved resolve(String text, Use use) {
        SecretReference reference = SecretReference.parse(text);
        if (!reference.workspace().equals(use.workspaceId())
                && !reference.workspace().equals(use.workspaceName())) {
            throw new VaultException.NotAvailable();
        }
        SecretRow.Head head =
                table.find(use.workspaceId(), reference.name()).orElseThrow(VaultException.NotAvailable::new);
        envelope.verifyPointer(head);
        int number = reference.version().orElse(head.currentVersion());
        SecretRow.Version version =
                table.version(head.secretId(), number).orElseThrow(VaultException.NotAvailable::new);
        // The terms are authenticated together with the value, so it is opened to believe them.
        Arrays.fill(envelope.open(head, version), (byte) 0);
        SecretTerms terms = version.terms();
        if (terms.expired(clock.instant()) || !terms.admits(use.principal(), use.channel())) {
            throw new VaultException.NotAvailable();
        }
        return new Resolved(SecretReference.canonical(head.workspaceId(), head.name()), number, terms);
    }
}
