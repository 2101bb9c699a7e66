package dev.sallyport.vault.secret;

import dev.sallyport.servicekit.ids.Ulids;
import dev.sallyport.servicekit.limit.RateLimit;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.vault.VaultException;
import dev.sallyport.vault.audit.VaultAudit;
import dev.sallyport.vault.keyring.KeyRing;
import dev.sallyport.vault.secret.RedemptionTable.Use;
import dev.sallyport.vault.secret.RedemptionTable.UseCount;
import dev.sallyport.vault.secret.SecretRow.Created;
import dev.sallyport.vault.secret.SecretRow.Head;
import dev.sallyport.vault.secret.SecretRow.Identity;
import dev.sallyport.vault.secret.SecretRow.Version;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionTemplate;

/** Secrets as their owners use them: written, listed and deleted, never read. */
@Service
public class Secrets {
    /** Largest value in bytes. */
    public static final int LARGEST = 64 * 1024;

    /** Smallest value in bytes. A shorter one could not be searched for in a tool's output: it would match too much. */
    public static final int SHORTEST = 8;

    private static final int WRITES_PER_ACTOR_AND_MINUTE = 120;

    private final SecretTable table;
    private final RedemptionTable redemptions;
    private final SecretEnvelope envelope;
    private final KeyRing ring;
    private final VaultAudit audit;
    private final Ulids ulids;
    private final TransactionTemplate transaction;
    private final Clock clock;
    private final RateLimit limit;

    Secrets(
            SecretTable table,
            RedemptionTable redemptions,
            KeyRing ring,
            VaultAudit audit,
            Ulids ulids,
            TransactionTemplate transaction,
            Clock clock) {
        this.table = table;
        this.redemptions = redemptions;
        this.envelope = new SecretEnvelope(ring);
        this.ring = ring;
        this.audit = audit;
        this.ulids = ulids;
        this.transaction = transaction;
        this.clock = clock;
        this.limit = new RateLimit(WRITES_PER_ACTOR_AND_MINUTE, clock);
    }

    /**
     * A version, without its value.
     *
     * @param state {@code current} or {@code previous}
     */
    public record VersionView(int version, String state, SecretTerms terms, Instant createdAt, String createdBy) {}

    /**
     * A secret, without its values.
     *
     * @param versions newest first; only the current one in lists
     * @param uses how often a node was given a value of it
     * @param lastUsedAt when that was the last time, null if it never was
     */
    public record SecretView(
            String name,
            String reference,
            int currentVersion,
            List<VersionView> versions,
            long uses,
            @Nullable Instant lastUsedAt) {
        /** Copies the list. */
        public SecretView {
            versions = List.copyOf(versions);
        }
    }

    /**
     * One use of a secret.
     *
     * @param proposalId the call that had it
     * @param version of the secret
     * @param node that ran the call
     * @param redeemedAt when the node was given it
     */
    public record UseView(String proposalId, int version, String node, Instant redeemedAt) {}

    /**
     * Writes a new version and zeroes the value.
     *
     * @throws VaultException.Invalid when the name or value is not as it must be
     * @throws VaultException.Sealed while sealed
     */
    public SecretView write(String workspaceId, String name, byte[] value, SecretTerms terms, String actor) {
        try {
            limit.count(workspaceId + " " + actor);
            verify(name, value, terms);
            ring.requireOpen();
            return transaction.execute(_ -> writeVersion(workspaceId, name, value, terms, actor));
        } catch (DuplicateKeyException _) {
            // Somebody else wrote the first version at the same time. It is there now, so this becomes the next one.
            return transaction.execute(_ -> writeVersion(workspaceId, name, value, terms, actor));
        } finally {
            Arrays.fill(value, (byte) 0);
        }
    }

    private SecretView writeVersion(String workspaceId, String name, byte[] value, SecretTerms terms, String actor) {
        Created now = new Created(clock.instant().truncatedTo(ChronoUnit.MILLIS), actor);
        Head head = table.lock(workspaceId, name)
                .map(this::advance)
                .orElseGet(() -> create(new Identity(ulids.next(), workspaceId, name), now));
        Version version = envelope.seal(head.id(), head.currentVersion(), terms, now, value);
        table.insert(head.secretId(), version);
        audit.state(
                AuditEvent.SECRET_WRITTEN,
                "secret:" + head.secretId(),
                workspaceId,
                actor,
                Map.of("name", name, "version", Integer.toString(version.version())));
        return view(head, List.of(version), useOf(List.of(head)));
    }

    private Head create(Identity id, Created created) {
        Head head = new Head(id, 1, envelope.point(id, 1), created);
        table.insert(head);
        return head;
    }

    private Head advance(Head known) {
        envelope.verifyPointer(known);
        int version = known.currentVersion() + 1;
        Head head = new Head(known.id(), version, envelope.point(known.id(), version), known.created());
        table.point(head.secretId(), version, head.pointer());
        return head;
    }

    /** The secrets of a workspace by name, metadata only, with their current versions; {@code after} is a name. */
    public Page<SecretView> list(String workspaceId, PageRequest asked) {
        String after = asked.after() == null ? "" : asked.after();
        List<Head> found = table.list(workspaceId, after, asked.oneMore());
        Map<String, UseCount> uses = useOf(found);
        return Page.of(found, asked, head -> head.id().name())
                .map(head -> view(
                        head,
                        table.version(head.secretId(), head.currentVersion()).stream()
                                .toList(),
                        uses));
    }

    /** Up to {@code limit} secrets of a workspace whose current versions end by then, the earliest first. */
    public List<SecretView> endingBy(String workspaceId, Instant end, int limit) {
        return table.endingBy(workspaceId, end, limit).stream()
                .map(head -> view(
                        head,
                        table.version(head.secretId(), head.currentVersion()).stream()
                                .toList(),
                        Map.of()))
                .toList();
    }

    private Map<String, UseCount> useOf(List<Head> heads) {
        return redemptions.useOf(heads.stream().map(Head::secretId).toList());
    }

    /**
     * The calls that had a secret, the latest first; {@code after} is the id of a call.
     *
     * @throws VaultException.NotAvailable when the workspace has none of this name
     */
    public Page<UseView> uses(String workspaceId, String name, PageRequest asked) {
        Head head = table.find(workspaceId, name).orElseThrow(VaultException.NotAvailable::new);
        String after = asked.after() == null ? "" : asked.after();
        return Page.of(redemptions.uses(head.secretId(), after, asked.oneMore()), asked, Use::proposalId)
                .map(use -> new UseView(use.proposalId(), use.version(), use.node(), use.at()));
    }

    /**
     * A secret with its versions, metadata only.
     *
     * @throws VaultException.NotAvailable when the workspace has none of this name
     */
    public SecretView find(String workspaceId, String name) {
        Head head = table.find(workspaceId, name).orElseThrow(VaultException.NotAvailable::new);
        return view(head, table.versions(head.secretId()).reversed(), useOf(List.of(head)));
    }

    /**
     * Destroys a secret with all its versions.
     *
     * @throws VaultException.NotAvailable when the workspace has none of this name
     */
    public void delete(String workspaceId, String name, String actor) {
        transaction.executeWithoutResult(_ -> {
            Head head = table.lock(workspaceId, name).orElseThrow(VaultException.NotAvailable::new);
            table.delete(head.secretId());
            audit.state(
                    AuditEvent.SECRET_DELETED,
                    "secret:" + head.secretId(),
                    workspaceId,
                    actor,
                    Map.of("name", name, "versions", Integer.toString(head.currentVersion())));
        });
    }

    private static SecretView view(Head head, List<Version> versions, Map<String, UseCount> uses) {
        UseCount use = uses.getOrDefault(head.secretId(), UseCount.NONE);
        return new SecretView(
                head.id().name(),
                head.reference(),
                head.currentVersion(),
                versions.stream()
                        .map(version -> new VersionView(
                                version.version(),
                                version.version() == head.currentVersion() ? "current" : "previous",
                                version.terms(),
                                version.created().at(),
                                version.created().by()))
                        .toList(),
                use.uses(),
                use.last());
    }

    private void verify(String name, byte[] value, SecretTerms terms) {
        if (!SecretReference.NAME.matcher(name).matches()) {
            throw new VaultException.Invalid(
                    "name",
                    "A name must have 1 to 128 lower-case letters, digits, dots, dashes or underscores, and begin with"
                            + " a letter or digit.");
        }
        if (value.length < SHORTEST || value.length > LARGEST) {
            throw new VaultException.Invalid("body", "A value must have " + SHORTEST + " to " + LARGEST + " bytes.");
        }
        Instant expiresAt = terms.expiresAt();
        if (expiresAt != null && !expiresAt.isAfter(clock.instant())) {
            throw new VaultException.Invalid("expires_at", "`expires_at` must lie in the future.");
        }
    }
}
