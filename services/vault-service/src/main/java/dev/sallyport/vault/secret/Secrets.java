package dev.sallyport.vault.secret;

import dev.sallyport.statements.predicate.AuditEvent;
import dev.sallyport.vault.RateLimit;
import dev.sallyport.vault.Ulid;
import dev.sallyport.vault.VaultException;
import dev.sallyport.vault.audit.VaultAudit;
import dev.sallyport.vault.keyring.KeyRing;
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

/** Secrets as their owners see them: written, listed and deleted, never read. */
@Service
public class Secrets {
    /** Largest value in bytes. */
    public static final int LARGEST = 64 * 1024;

    /** Shorter ones could not be found again in a tool's output without finding everything else, in bytes. */
    public static final int SHORTEST = 8;

    private static final int WRITES_PER_ACTOR_AND_MINUTE = 120;

    private final SecretTable table;
    private final SecretEnvelope envelope;
    private final KeyRing ring;
    private final VaultAudit audit;
    private final TransactionTemplate transaction;
    private final Clock clock;
    private final RateLimit limit;

    Secrets(SecretTable table, KeyRing ring, VaultAudit audit, TransactionTemplate transaction, Clock clock) {
        this.table = table;
        this.envelope = new SecretEnvelope(ring);
        this.ring = ring;
        this.audit = audit;
        this.transaction = transaction;
        this.clock = clock;
        this.limit = new RateLimit(WRITES_PER_ACTOR_AND_MINUTE, clock);
    }

    /**
     * What may be shown of a version.
     *
     * @param state {@code current}, {@code previous}
     */
    public record VersionView(int version, String state, SecretTerms terms, Instant createdAt, String createdBy) {}

    /**
     * What may be shown of a secret.
     *
     * @param versions newest first; only the current one in lists
     */
    public record SecretView(
            String secretId, String name, String reference, int currentVersion, List<VersionView> versions) {}

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
            return transaction.execute(status -> writeVersion(workspaceId, name, value, terms, actor));
        } catch (DuplicateKeyException e) {
            // Two first versions at once: the other one is there now.
            return transaction.execute(status -> writeVersion(workspaceId, name, value, terms, actor));
        } finally {
            Arrays.fill(value, (byte) 0);
        }
    }

    private SecretView writeVersion(String workspaceId, String name, byte[] value, SecretTerms terms, String actor) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        SecretRow.Head known = table.lock(workspaceId, name).orElse(null);
        if (known != null) {
            envelope.verifyPointer(known);
        }
        int version = known == null ? 1 : known.currentVersion() + 1;
        String secretId = known == null ? Ulid.fresh(now) : known.secretId();
        SecretRow.Head head = new SecretRow.Head(
                secretId,
                workspaceId,
                name,
                version,
                envelope.point(workspaceId, secretId, name, version),
                known == null ? now : known.createdAt(),
                known == null ? actor : known.createdBy());
        if (known == null) {
            table.insert(head);
        } else {
            table.point(secretId, version, head.pointer());
        }
        SecretRow.Sealed sealed = envelope.seal(workspaceId, secretId, name, version, terms, now, actor, value);
        SecretRow.Version written = new SecretRow.Version(secretId, version, sealed, terms, now, actor);
        table.insert(written, sealed);
        audit.state(
                AuditEvent.SECRET_WRITTEN,
                "secret:" + secretId,
                workspaceId,
                actor,
                Map.of("name", name, "version", Integer.toString(version)));
        return view(head, List.of(written));
    }

    /** The secrets of a workspace behind this name, metadata only, with their current versions. */
    public List<SecretView> list(String workspaceId, String after, int limit) {
        return table.list(workspaceId, after, limit).stream()
                .map(head -> view(
                        head,
                        table.version(head.secretId(), head.currentVersion()).stream()
                                .toList()))
                .toList();
    }

    /**
     * A secret with its versions, metadata only.
     *
     * @throws VaultException.NotAvailable when the workspace has none of this name
     */
    public SecretView find(String workspaceId, String name) {
        SecretRow.Head head = table.find(workspaceId, name).orElseThrow(VaultException.NotAvailable::new);
        return view(head, table.versions(head.secretId()).reversed());
    }

    /**
     * Destroys a secret with all its versions.
     *
     * @throws VaultException.NotAvailable when the workspace has none of this name
     */
    public void delete(String workspaceId, String name, String actor) {
        transaction.executeWithoutResult(status -> {
            SecretRow.Head head = table.lock(workspaceId, name).orElseThrow(VaultException.NotAvailable::new);
            table.delete(head.secretId());
            audit.state(
                    AuditEvent.SECRET_DELETED,
                    "secret:" + head.secretId(),
                    workspaceId,
                    actor,
                    Map.of("name", name, "versions", Integer.toString(head.currentVersion())));
        });
    }

    private static SecretView view(SecretRow.Head head, List<SecretRow.Version> versions) {
        return new SecretView(
                head.secretId(),
                head.name(),
                SecretReference.canonical(head.workspaceId(), head.name()),
                head.currentVersion(),
                versions.stream()
                        .map(version -> new VersionView(
                                version.version(),
                                version.version() == head.currentVersion() ? "current" : "previous",
                                version.terms(),
                                version.createdAt(),
                                version.createdBy()))
                        .toList());
    }

    private void verify(String name, byte[] value, SecretTerms terms) {
        if (!SecretReference.NAME.matcher(name).matches()) {
            throw new VaultException.Invalid(
                    "name",
                    "a name has 1 to 128 lower-case letters, digits, dots, dashes, underscores; "
                            + "it begins with a letter or digit");
        }
        if (value.length < SHORTEST || value.length > LARGEST) {
            throw new VaultException.Invalid("body", "a value has " + SHORTEST + " to " + LARGEST + " bytes");
        }
        @Nullable Instant expiresAt = terms.expiresAt();
        if (expiresAt != null && !expiresAt.isAfter(clock.instant())) {
            throw new VaultException.Invalid("expires_at", "it lies in the past");
        }
    }
}
