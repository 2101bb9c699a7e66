package dev.sallyport.vault.denylist;

import dev.sallyport.identity.Credential;
import dev.sallyport.identity.WorkloadIdentity;
import dev.sallyport.identity.ca.CertificateIssuer;
import dev.sallyport.identity.denylist.IssuedBy;
import dev.sallyport.identity.denylist.RevocationList;
import dev.sallyport.identity.denylist.SignedRevocationList;
import dev.sallyport.servicekit.denylist.Denylist;
import dev.sallyport.servicekit.identity.IdentityInForce;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.vault.VaultException;
import dev.sallyport.vault.audit.VaultAudit;
import dev.sallyport.vault.ca.CertificateLocks;
import dev.sallyport.vault.ca.IssuingAuthorities;
import dev.sallyport.vault.ca.KnownCertificates;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.transaction.support.TransactionTemplate;

/** Revokes certificates and ids. Keeps the denylist for this service's own requests, and signs it for all others. */
public final class Revocations implements Denylist {
    private static final Duration FRESH = Duration.ofMinutes(10);
    /** Services apply no statement that is older than this. */
    private static final Duration OLDEST_STATEMENT = Duration.ofDays(30);

    private static final Duration SIGNED_FOR = Duration.ofSeconds(1);
    private static final Pattern SERIAL = Pattern.compile("[0-9a-f]{1,40}");
    private static final int LONGEST_REASON = 200;

    private final RevocationTable table;
    private final KnownCertificates known;
    private final CertificateLocks locks;
    private final IssuingAuthorities issuing;
    /** Looked up when it is first used: stating needs a verifier, and the verifier needs this list. */
    private final ObjectProvider<VaultAudit> audit;

    private final IdentityInForce identity;
    private final LedgerSize ledger;
    private final TransactionTemplate transaction;
    private final Clock clock;
    private volatile @Nullable RevocationList list;
    private byte[] signed = new byte[0];
    private Instant signedAt = Instant.MIN;

    Revocations(
            RevocationTable table,
            KnownCertificates known,
            CertificateLocks locks,
            IssuingAuthorities issuing,
            ObjectProvider<VaultAudit> audit,
            IdentityInForce identity,
            LedgerSize ledger,
            TransactionTemplate transaction,
            Clock clock) {
        this.table = table;
        this.known = known;
        this.locks = locks;
        this.issuing = issuing;
        this.audit = audit;
        this.identity = identity;
        this.ledger = ledger;
        this.transaction = transaction;
        this.clock = clock;
    }

    @Override
    public Optional<RevocationList> inForce() {
        return Optional.ofNullable(list);
    }

    @Override
    public boolean isFresh() {
        RevocationList now = list;
        return now != null && now.issuedAt().isAfter(clock.instant().minus(FRESH));
    }

    /** Whether the id as a whole is revoked. */
    public boolean isRevoked(SpiffeId id) {
        return table.inForce(clock.instant()).stream()
                .anyMatch(row -> id.toString().equals(row.spiffeId()));
    }

    /** Whether a certificate of the id counts now: one that is valid and not revoked. */
    public boolean hasCertificate(SpiffeId id) {
        Set<String> serials = known.validOf(id, clock.instant());
        if (serials.isEmpty() || isRevoked(id)) {
            return false;
        }
        Set<String> revoked = table.inForce(clock.instant()).stream()
                .map(RevocationTable.Row::serial)
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
        return !revoked.containsAll(serials);
    }

    /** Reads the table again: at once after a change in this process, every second for changes by other replicas. */
    public void refresh() {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        // The version first: a change in between makes the list newer than it says, never older.
        long version = table.version();
        Map<String, Long> serials = new HashMap<>();
        Map<String, Long> ids = new HashMap<>();
        List<RevocationTable.Row> rows = table.inForce(now);
        for (RevocationTable.Row row : rows) {
            String serial = row.serial();
            String id = row.spiffeId();
            if (serial != null) {
                serials.put(serial, row.refusedFrom());
            } else if (id != null) {
                ids.put(id, row.refusedFrom());
            }
        }
        list = new RevocationList(
                identity.trust().fleetId(),
                version,
                now,
                serials,
                ids,
                table.authorities(now),
                issuing.present().stream().map(IssuedBy::name).collect(Collectors.toSet()));
    }

    /** The list for the whole fleet, signed at most a second ago. */
    public synchronized byte[] signed() {
        Instant now = clock.instant();
        RevocationList known = list;
        if (known == null) {
            throw new IllegalStateException("the denylist has not been read yet");
        }
        if (signed.length == 0
                || signedAt.plus(SIGNED_FOR).isBefore(now)
                || known.issuedAt().isAfter(signedAt)) {
            Credential signer = identity.identity().signing().orElseThrow();
            signed = SignedRevocationList.sign(known, signer);
            signedAt = known.issuedAt();
        }
        return signed.clone();
    }

    /**
     * Revokes a certificate that is shown itself, in PEM.
     *
     * @param from index of the ledger below which its statements stay good, null for the ledger's size now
     * @throws VaultException.Invalid when it is no certificate
     * @throws VaultException.CertificateUnknown when the fleet's issuing authorities have not signed it
     */
    public void revokeCertificate(String pem, String reason, @Nullable Long from, String actor) {
        revoke(known.serialOf(pem), checked(reason), from, actor);
    }

    /**
     * Revokes one certificate by its serial number.
     *
     * @param from index of the ledger below which its statements stay good, null for the ledger's size now
     * @throws VaultException.Invalid when it is no serial number
     * @throws VaultException.CertificateUnknown when there is no such certificate
     */
    public void revokeSerial(String serial, String reason, @Nullable Long from, String actor) {
        if (!SERIAL.matcher(serial).matches()) {
            throw new VaultException.Invalid("serial", "`serial` must be lower-case hexadecimal, at most 40 digits.");
        }
        String why = checked(reason);
        known.verifyKnown(serial);
        revoke(serial, why, from, actor);
    }

    private void revoke(String serial, String why, @Nullable Long from, String actor) {
        if (isOwn(serial)) {
            throw ownRefused();
        }
        Instant now = clock.instant();
        change(
                refusedFrom -> {
                    locks.lock(serial);
                    return table.addSerial(serial, why, now, actor, leavesAt(now), refusedFrom)
                            || table.lowerSerial(serial, refusedFrom);
                },
                "certificate:" + serial,
                Map.of("serial", serial, "reason", why),
                from,
                actor);
    }

    /**
     * No certificate of the fleet lives longer than a signing certificate. Its key may still sign statements that it dates
     * back into that life. Services refuse them as too old only after OLDEST_STATEMENT.
     */
    private static Instant leavesAt(Instant now) {
        return now.plus(CertificateIssuer.SIGNING_LIFE).plus(OLDEST_STATEMENT).plus(Duration.ofDays(1));
    }

    /**
     * Revokes an id with all its certificates, present and future.
     *
     * @param from index of the ledger below which its statements stay good, null for the ledger's size now
     * @throws VaultException.Invalid when it is no id of this fleet
     */
    public void revokeId(String spiffeId, String reason, @Nullable Long from, String actor) {
        SpiffeId id = SpiffeId.tryParse(spiffeId)
                .filter(parsed -> parsed.trustDomain().equals(identity.trust().trustDomain()))
                .orElseThrow(() ->
                        new VaultException.Invalid("spiffe_id", "`spiffe_id` must be a SPIFFE id of this fleet."));
        if (id.equals(identity.spiffeId())) {
            throw ownRefused();
        }
        String why = checked(reason);
        change(
                refusedFrom -> {
                    locks.lock(id);
                    return table.addId(id.toString(), why, clock.instant(), actor, refusedFrom)
                            || table.lowerId(id.toString(), refusedFrom);
                },
                "identity:" + id.toString().substring("spiffe://".length()),
                Map.of("spiffe_id", id.toString(), "reason", why),
                from,
                actor);
    }

    /**
     * Ends trust in an issuing authority that issues no more, whatever its key has signed and will sign.
     *
     * @param from index of the ledger below which statements stay good, null for the ledger's size now
     * @param refusal asked under the lock that keeps others from issuing and renewing; throws what speaks against it
     * @throws VaultException.Forbidden when this service still uses a certificate of it
     */
    public void revokeAuthority(
            X509Certificate authority, String reason, @Nullable Long from, String actor, Runnable refusal) {
        String why = checked(reason);
        WorkloadIdentity own = identity.identity();
        boolean silencing = IssuedBy.isSigned(own.tls().leaf(), authority)
                || own.signing()
                        .filter(signing -> IssuedBy.isSigned(signing.leaf(), authority))
                        .isPresent();
        if (silencing) {
            throw ownRefused();
        }
        Instant now = clock.instant();
        Instant leavesAt =
                authority.getNotAfter().toInstant().plus(OLDEST_STATEMENT).plus(Duration.ofDays(1));
        String name = IssuedBy.name(authority);
        change(
                refusedFrom -> {
                    locks.lockAuthorities();
                    refusal.run();
                    return table.addAuthority(authority, why, now, actor, leavesAt, refusedFrom)
                            || table.lowerAuthority(authority, refusedFrom);
                },
                "authority:" + name,
                Map.of("authority", name, "reason", why),
                from,
                actor);
    }

    /**
     * Revokes every valid certificate of an id but one, in the transaction of the caller, who calls {@link #refresh}
     * after it. None of them is renewed any more from here on.
     *
     * @param kept serial number of the one that stays, lower-case hexadecimal
     * @param from what {@link #goodBelow} said before the transaction began
     * @return how many were revoked by this
     */
    public int revokeOthers(SpiffeId id, String kept, String reason, String actor, long from) {
        locks.lock(id);
        int revoked = 0;
        for (String serial : known.validOf(id, clock.instant())) {
            if (!serial.equals(kept) && addSerial(serial, reason, actor, from)) {
                revoked++;
            }
        }
        return revoked;
    }

    /**
     * Takes an id off the list, in the transaction of the caller, who calls {@link #refresh} after it. The certificates
     * that it has are revoked one by one, so that no old key comes back.
     *
     * @param from what {@link #goodBelow} said before the transaction began
     * @return whether the id was on the list
     */
    public boolean clearId(SpiffeId id, String actor, long from) {
        locks.lock(id);
        if (!table.clearId(id.toString(), actor)) {
            return false;
        }
        for (String serial : known.validOf(id, clock.instant())) {
            addSerial(serial, "issued before the id was cleared", actor, from);
        }
        return true;
    }

    /**
     * The index of the ledger below which what is revoked from now on stays good: a device's answers to questions too. May
     * take seconds, so nobody asks within a transaction.
     */
    public long goodBelow() {
        return refusedFrom(null);
    }

    private boolean addSerial(String serial, String reason, String actor, long from) {
        Instant now = clock.instant();
        boolean added = table.addSerial(serial, reason, now, actor, leavesAt(now), from);
        if (added) {
            audit.getObject()
                    .state(
                            AuditEvent.CERTIFICATE_REVOKED,
                            "certificate:" + serial,
                            null,
                            actor,
                            Map.of("serial", serial, "reason", reason, "refused_from", Long.toString(from)));
        }
        return added;
    }

    /** Adds a revocation, or lets one that there is count from an earlier index on; false when it changes nothing. */
    private interface Addition {
        boolean add(long refusedFrom);
    }

    private void change(
            Addition addition, String subject, Map<String, String> attributes, @Nullable Long from, String actor) {
        long refusedFrom = refusedFrom(from);
        Map<String, String> stated = new TreeMap<>(attributes);
        stated.put("refused_from", Long.toString(refusedFrom));
        transaction.executeWithoutResult(_ -> {
            if (addition.add(refusedFrom)) {
                audit.getObject().state(AuditEvent.CERTIFICATE_REVOKED, subject, null, actor, stated);
            }
        });
        refresh();
    }

    /**
     * What the ledger has now was public before the revocation. When the ledger does not say how large it is, nothing stays
     * good: a revocation waits for nobody. The caller may name an earlier index, never one that is still to come.
     */
    private long refusedFrom(@Nullable Long from) {
        if (from != null && from < 0) {
            throw new VaultException.Invalid("from_index", "`from_index` must be an index of the ledger, 0 or more.");
        }
        long size = ledger.now().orElse(0);
        if (from != null && from > size) {
            throw new VaultException.Invalid(
                    "from_index", "`from_index` must not be larger than the ledger, which has " + size + " leaves.");
        }
        return from == null ? size : from;
    }

    private boolean isOwn(String serial) {
        WorkloadIdentity own = identity.identity();
        return serial.equals(own.tls().leaf().getSerialNumber().toString(16))
                || own.signing()
                        .map(signing -> signing.leaf().getSerialNumber().toString(16))
                        .filter(serial::equals)
                        .isPresent();
    }

    private static VaultException ownRefused() {
        return new VaultException.Forbidden(
                VaultException.Code.WOULD_SILENCE_THE_DENYLIST,
                "vault-service signs the denylist, so the identity and the certificates that it uses now cannot be"
                        + " revoked. Renew them with `POST /internal/v1/identity:renew` first.");
    }

    private static String checked(String reason) {
        if (reason.isBlank() || reason.length() > LONGEST_REASON) {
            throw new VaultException.Invalid(
                    "reason", "`reason` must say why, in at most " + LONGEST_REASON + " characters.");
        }
        return reason;
    }
}
