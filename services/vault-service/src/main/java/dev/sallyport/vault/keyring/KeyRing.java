package dev.sallyport.vault.keyring;

import dev.sallyport.identity.IdentityException.FleetState;
import dev.sallyport.identity.IdentityException.SealBroken;
import dev.sallyport.identity.protect.AesGcm;
import dev.sallyport.identity.protect.SecretShares;
import dev.sallyport.statements.WireName;
import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.vault.VaultException;
import dev.sallyport.vault.audit.VaultAudit;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The keys that data keys are wrapped under. Each key of the ring is a term: the newest wraps, all of them unwrap.
 * While the vault is sealed none of them is in memory.
 */
public class KeyRing {
    private static final int MOST_PEOPLE = 25;

    private final KeyTermTable table;
    private final RingProtector protector;
    private final PeopleKey people;
    private final VaultAudit audit;
    private final KeyRingProperties properties;
    private final String fleetId;
    private final TransactionTemplate transaction;
    private final Clock clock;
    private final TreeMap<Integer, byte[]> keys = new TreeMap<>();
    private SealState state = SealState.SEALED;

    KeyRing(
            KeyTermTable table,
            RingProtector protector,
            PeopleKey people,
            VaultAudit audit,
            KeyRingProperties properties,
            String fleetId,
            TransactionTemplate transaction,
            Clock clock) {
        this.table = table;
        this.protector = protector;
        this.people = people;
        this.audit = audit;
        this.properties = properties;
        this.fleetId = fleetId;
        this.transaction = transaction;
        this.clock = clock;
    }

    /** The states of a vault. */
    public enum SealState implements WireName {
        /** There is no key ring yet. */
        UNINITIALISED("uninitialised"),
        /** The keys are not in memory. */
        SEALED("sealed"),
        /** Secrets can be written and redeemed. */
        UNSEALED("unsealed");

        private final String wire;

        SealState(String wire) {
            this.wire = wire;
        }

        @Override
        public String wire() {
            return wire;
        }
    }

    /**
     * A wrapped data key.
     *
     * @param term the key of the ring that opens it
     * @param bytes wrapped
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Wrapped(int term, byte[] bytes) {}

    /**
     * A key of the ring, without the key itself.
     *
     * @param seals how often it has been used
     */
    public record Term(int term, boolean active, String protector, long seals, Instant createdAt) {}

    /** Wraps a data key under the active term, in the caller's transaction. */
    public Wrapped wrap(byte[] dataKey, byte[] context) {
        int term;
        byte[] wrapped;
        synchronized (this) {
            requireOpen();
            term = keys.lastKey();
            wrapped = AesGcm.seal(key(term), dataKey, bound(term, context));
        }
        table.count(term, 1);
        return new Wrapped(term, wrapped);
    }

    /**
     * Unwraps a data key; the caller zeroes it.
     *
     * @throws SealBroken on any mismatch
     */
    public synchronized byte[] unwrap(Wrapped wrapped, byte[] context) {
        requireOpen();
        return AesGcm.open(key(wrapped.term()), wrapped.bytes(), bound(wrapped.term(), context));
    }

    /** The term that seals now. */
    public synchronized int activeTerm() {
        requireOpen();
        return keys.lastKey();
    }

    /** {@link VaultException.Sealed} while sealed. */
    public synchronized void requireOpen() {
        if (state != SealState.UNSEALED) {
            throw new VaultException.Sealed();
        }
    }

    /** The present state. */
    public synchronized SealState state() {
        return state;
    }

    /** The keys of the ring, without the keys themselves. */
    public List<Term> terms() {
        return table.all().stream()
                .map(row -> new Term(row.term(), row.active(), row.protector(), row.seals(), row.createdAt()))
                .toList();
    }

    /**
     * How an unsealing by people stands.
     *
     * @param threshold so many shares open the vault
     * @param people so many shares there are
     * @param given so many were given within ten minutes
     */
    public record People(int threshold, int people, int given) {}

    /** How an unsealing by people stands; null where no people are needed. */
    public @Nullable People people() {
        return people.standing()
                .map(standing -> new People(standing.threshold(), standing.people(), standing.given()))
                .orElse(null);
    }

    /**
     * Makes shares for people. They wait: the vault opens as before until {@link #confirm}.
     *
     * @return one share for each person, as people keep it; nobody gets them again
     */
    public List<String> share(int threshold, int count, String actor) {
        requireOpen();
        if (threshold < 2 || count < threshold || count > MOST_PEOPLE) {
            throw new VaultException.Invalid(
                    "threshold",
                    "`threshold` must be from 2 up to `people`, and `people` at most " + MOST_PEOPLE + ".");
        }
        return people.make(threshold, count, actor).stream()
                .map(SecretShares.Share::text)
                .toList();
    }

    /**
     * From now on the vault opens only with the shares that were made last, also after a restart. Shares made earlier open
     * nothing any more. What is stored from now on is sealed under a new term, which no older copy of the ring has.
     * Audited.
     *
     * @param shares as many of them as open the vault: they have reached somebody
     * @throws VaultException.Invalid when they are not that
     */
    public void confirm(List<String> shares, String actor) {
        requireOpen();
        byte[] next = AesGcm.randomKey();
        byte[] ofPeople = new byte[0];
        try {
            ofPeople = transaction.execute(_ -> {
                table.lock();
                PeopleKey.Adopted adopted = people.adopt(shares, actor);
                rewrapAll(adopted.key());
                add(next, nextTerm(), adopted.key(), actor);
                audit.state(
                        AuditEvent.VAULT_SHARED,
                        "vault:" + fleetId,
                        null,
                        actor,
                        Map.of(
                                "threshold", Integer.toString(adopted.threshold()),
                                "people", Integer.toString(adopted.people())));
                return adopted.key();
            });
            people.hold(ofPeople);
            load();
        } finally {
            Arrays.fill(next, (byte) 0);
            Arrays.fill(ofPeople, (byte) 0);
        }
    }

    /** Does without people from now on: the protector alone opens the vault. Audited. */
    public void unshare(String actor) {
        requireOpen();
        transaction.executeWithoutResult(_ -> {
            table.lock();
            rewrapAll(null);
            people.drop();
            audit.state(AuditEvent.VAULT_UNSHARED, "vault:" + fleetId, null, actor, Map.of());
        });
        load();
    }

    /** Under the people's key that is given, or without people. */
    private void rewrapAll(byte @Nullable [] ofPeople) {
        for (KeyTermTable.Row row : table.all()) {
            byte[] key;
            synchronized (this) {
                key = key(row.term()).clone();
            }
            table.rewrap(row.term(), protector.id(), wrapped(key, row.term(), ofPeople), ofPeople != null);
            Arrays.fill(key, (byte) 0);
        }
    }

    private byte[] wrapped(byte[] key, int term, byte @Nullable [] ofPeople) {
        byte[] inner = ofPeople == null ? key : AesGcm.seal(ofPeople, key, context(term));
        return protector.wrap(inner, context(term));
    }

    /** Makes a term the active one, in the caller's transaction, which has the lock. Audited. */
    private void add(byte[] key, int term, byte @Nullable [] ofPeople, @Nullable String actor) {
        table.add(term, protector.id(), wrapped(key, term, ofPeople), ofPeople != null);
        audit.state(AuditEvent.KEY_RING_ROTATED, "key-term:" + term, null, actor, Map.of("protector", protector.id()));
    }

    private int nextTerm() {
        List<KeyTermTable.Row> rows = table.all();
        return rows.isEmpty() ? 1 : rows.getLast().term() + 1;
    }

    private byte[] unwrapped(KeyTermTable.Row row) {
        byte[] inner = protector.unwrap(row.protector(), row.wrappedKey(), context(row.term()));
        return row.underPeople() ? people.open(inner, context(row.term())) : inner;
    }

    /** Takes every key out of memory. The vault stays sealed over restarts. Audited. */
    public void seal(String actor) {
        transaction.executeWithoutResult(_ -> {
            table.seal(true);
            people.forgetGiven();
            audit.state(AuditEvent.VAULT_SEALED, "vault:" + fleetId, null, actor, Map.of());
        });
        forget();
    }

    /**
     * Loads the keys again. Audited.
     *
     * @throws VaultException.SharesNeeded while people have to give shares first
     */
    public void unseal(String actor) {
        boolean wasSealed = table.sealed();
        if (people.isNeeded() && !haveCome(wasSealed)) {
            throw new VaultException.SharesNeeded();
        }
        transaction.executeWithoutResult(_ -> {
            if (table.holdSeal() && !wasSealed && people.isNeeded()) {
                // Sealed since: whoever did that wants people to come again.
                throw new VaultException.SharesNeeded();
            }
            table.seal(false);
            audit.state(AuditEvent.VAULT_UNSEALED, "vault:" + fleetId, null, actor, Map.of());
        });
        load();
    }

    /**
     * Takes one person's share. The vault opens with the last one that is needed. Audited, without the share.
     *
     * @throws VaultException.Invalid when it is no share, or no people are needed
     */
    public void give(String share, String actor) {
        if (!people.isNeeded()) {
            throw new VaultException.Invalid("share", "This vault opens without shares. Send none.");
        }
        transaction.executeWithoutResult(_ -> {
            people.give(share, actor);
            audit.state(AuditEvent.SHARE_GIVEN, "vault:" + fleetId, null, actor, Map.of());
        });
        if (haveCome(table.sealed())) {
            unseal(actor);
        }
    }

    /**
     * Whether enough people have come. Once the vault was sealed their key of before counts no more, though this replica
     * may not have noticed the seal yet: only the shares that were given since.
     */
    private boolean haveCome(boolean sealed) {
        if (sealed) {
            people.forget();
        }
        return people.isHeld();
    }

    /**
     * Adopts what another replica did to the seal or the ring, and starts a new term when the active one is worn out.
     */
    void catchUp() {
        people.tidy();
        if (table.sealed() || (people.isNeeded() && !people.isHeld())) {
            forget();
            return;
        }
        if (table.all().stream().anyMatch(row -> !knows(row.term()))) {
            load();
        }
        if (state() == SealState.UNSEALED && worn()) {
            rotate(null);
        }
    }

    /** Loads the ring at the start. In a new fleet it makes the first term. Does nothing while the vault is sealed. */
    void open() {
        try {
            migrate();
        } catch (SealBroken e) {
            throw unopened(e);
        }
        if (table.sealed() || (people.isNeeded() && !people.isHeld())) {
            return;
        }
        if (table.all().isEmpty()) {
            rotate(null);
            return;
        }
        try {
            load();
        } catch (SealBroken e) {
            throw unopened(e);
        }
    }

    private FleetState unopened(SealBroken e) {
        return new FleetState("the key ring does not open with " + properties.named() + ": " + e.getMessage()
                + ". Restore the right one from its backup");
    }

    /**
     * Wraps the whole ring by the protector that is configured now, if some of it is wrapped by the one before. Audited.
     * All rows change in one transaction, so a crash leaves the ring wholly under one of the two.
     */
    private void migrate() {
        transaction.executeWithoutResult(_ -> {
            table.lock();
            List<KeyTermTable.Row> rows = table.all();
            List<KeyTermTable.Row> before = rows.stream()
                    .filter(row -> !protector.isCurrent(row.protector(), row.wrappedKey(), context(row.term())))
                    .toList();
            if (before.isEmpty()) {
                return;
            }
            for (KeyTermTable.Row row : before) {
                byte[] inner = protector.unwrap(row.protector(), row.wrappedKey(), context(row.term()));
                table.rewrap(row.term(), protector.id(), protector.wrap(inner, context(row.term())), row.underPeople());
                Arrays.fill(inner, (byte) 0);
            }
            audit.state(
                    AuditEvent.KEY_PROTECTOR_CHANGED,
                    "vault:" + fleetId,
                    null,
                    null,
                    Map.of("before", before.getFirst().protector(), "protector", protector.id()));
        });
    }

    /** Starts a new term. Audited. */
    public void rotate(@Nullable String actor) {
        byte[] key = AesGcm.randomKey();
        try {
            transaction.executeWithoutResult(_ -> {
                table.lock();
                List<KeyTermTable.Row> rows = table.all();
                if (actor == null && !rows.isEmpty() && !isWorn(rows)) {
                    return;
                }
                byte[] ofPeople = people.isNeeded() ? people.copy() : null;
                try {
                    add(key, nextTerm(), ofPeople, actor);
                } finally {
                    if (ofPeople != null) {
                        Arrays.fill(ofPeople, (byte) 0);
                    }
                }
            });
        } finally {
            Arrays.fill(key, (byte) 0);
        }
        load();
    }

    private boolean worn() {
        return isWorn(table.all());
    }

    private boolean isWorn(List<KeyTermTable.Row> rows) {
        KeyTermTable.Row active = rows.getLast();
        return active.seals() >= properties.rotateAfterSeals()
                || active.createdAt().plus(properties.rotateAfter()).isBefore(clock.instant());
    }

    private void load() {
        List<KeyTermTable.Row> rows = table.all();
        synchronized (this) {
            zero();
            state = rows.isEmpty() ? SealState.UNINITIALISED : SealState.SEALED;
            for (KeyTermTable.Row row : rows) {
                keys.put(row.term(), unwrapped(row));
            }
            if (!keys.isEmpty()) {
                state = SealState.UNSEALED;
            }
        }
        if (table.sealed()) {
            // Somebody sealed the vault while the keys were being loaded.
            forget();
        }
    }

    private synchronized boolean knows(int term) {
        return keys.containsKey(term);
    }

    private synchronized void forget() {
        zero();
        people.forget();
        state = SealState.SEALED;
    }

    private void zero() {
        keys.values().forEach(key -> Arrays.fill(key, (byte) 0));
        keys.clear();
        AesGcm.forgetKeys();
    }

    private byte[] key(int term) {
        byte[] key = keys.get(term);
        if (key == null) {
            throw new SealBroken("the key ring has no term " + term);
        }
        return key;
    }

    private byte[] context(int term) {
        return ("sallyport key ring " + fleetId + " term " + term).getBytes(StandardCharsets.UTF_8);
    }

    /** Authenticates the term as well, so that a row cannot name another one. */
    private static byte[] bound(int term, byte[] context) {
        byte[] head = ("term " + term + "\n").getBytes(StandardCharsets.UTF_8);
        byte[] all = Arrays.copyOf(head, head.length + context.length);
        System.arraycopy(context, 0, all, head.length, context.length);
        return all;
    }
}
