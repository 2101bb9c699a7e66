package dev.sallyport.vault.keyring;

import dev.sallyport.identity.IdentityException;
import dev.sallyport.identity.IdentityException.SealBroken;
import dev.sallyport.identity.protect.AesGcm;
import dev.sallyport.identity.protect.KeyProtector;
import dev.sallyport.identity.protect.SecretShares;
import dev.sallyport.identity.protect.SecretShares.Share;
import dev.sallyport.vault.VaultException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DuplicateKeyException;

/**
 * The key that no machine keeps: people hold it in shares, and the vault has it in memory only while it is unsealed.
 * Whoever has the database, the protector's key and the machine, but not enough people, opens nothing.
 */
final class PeopleKey {
    private static final Logger log = LoggerFactory.getLogger(PeopleKey.class);
    private static final Duration SHARES_COUNT_FOR = Duration.ofMinutes(10);

    private final PeopleKeyTable table;
    private final KeyProtector protector;
    private final String fleetId;
    private byte @Nullable [] key;

    PeopleKey(PeopleKeyTable table, KeyProtector protector, String fleetId) {
        this.table = table;
        this.protector = protector;
        this.fleetId = fleetId;
    }

    /** Whether people are needed to open the vault. */
    boolean isNeeded() {
        return table.find().isPresent();
    }

    /** How many people have to give a share, and how many have done so; empty where no people are needed. */
    Optional<Standing> standing() {
        return table.find()
                .map(row -> new Standing(
                        row.threshold(),
                        row.people(),
                        table.given(SHARES_COUNT_FOR).size()));
    }

    /**
     * How an unsealing stands.
     *
     * @param threshold so many shares open the vault
     * @param people so many shares there are
     * @param given so many were given within ten minutes
     */
    record Standing(int threshold, int people, int given) {}

    /**
     * A new key in shares. It waits: the key of before counts until {@link #adopt}, and nothing is lost when nobody gets
     * the shares.
     */
    List<Share> make(int threshold, int people, String actor) {
        byte[] fresh = AesGcm.randomKey();
        try {
            List<Share> shares = SecretShares.split(fresh, threshold, people);
            byte[] proof = AesGcm.seal(fresh, new byte[16], context());
            table.letWait(new PeopleKeyTable.Row(threshold, people, proof), actor);
            return shares;
        } finally {
            Arrays.fill(fresh, (byte) 0);
        }
    }

    /**
     * Puts the key that waits in force, in the caller's transaction. Shares of an earlier key open nothing any more. The key
     * in memory stays the one of before, which counts on if the transaction is rolled back; after the commit the caller hands
     * the new one to {@link #hold}.
     *
     * @param texts as many of its shares as open the vault
     * @throws VaultException.Invalid when they are not that, or no key waits
     */
    Adopted adopt(List<String> texts, String actor) {
        PeopleKeyTable.Row row = table.waiting()
                .orElseThrow(() -> new VaultException.Invalid(
                        "shares", "No shares wait. Make some with `sallyport vault share`."));
        List<Share> shares = new ArrayList<>();
        for (String text : texts) {
            Share share = Share.tryParse(text).orElseThrow(PeopleKey::notThose);
            if (shares.stream().anyMatch(other -> other.index() == share.index())) {
                throw notThose();
            }
            shares.add(share);
        }
        if (shares.size() != row.threshold()) {
            throw notThose();
        }
        byte[] fresh = SecretShares.combine(shares);
        if (!opens(fresh, row)) {
            throw notThose();
        }
        table.put(row, actor);
        table.endWaiting();
        table.forgetAll();
        // The other replicas stay open: for ten minutes they find enough shares, as if people had given them.
        for (Share share : shares) {
            table.give("made " + share.index(), share.index(), protector.wrap(share.value(), context(share.index())));
        }
        return new Adopted(fresh, row.threshold(), row.people());
    }

    /**
     * A key that has just been put in force.
     *
     * @param key the caller zeroes it
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Adopted(byte[] key, int threshold, int people) {}

    private static VaultException.Invalid notThose() {
        return new VaultException.Invalid(
                "shares", "`shares` must be `threshold` different shares of those that were made last.");
    }

    /** Does without people from now on, in the caller's transaction. */
    void drop() {
        table.remove();
    }

    /**
     * Takes one person's share, for ten minutes and for all replicas.
     *
     * @throws VaultException.Invalid when it is no share, or another person has given the same
     */
    void give(String text, String actor) {
        Share share = Share.tryParse(text)
                .orElseThrow(() -> new VaultException.Invalid("share", "`share` must be a share, sp_shr_…"));
        byte[] wrapped = protector.wrap(share.value(), context(share.index()));
        try {
            table.give(actor, share.index(), wrapped);
        } catch (DuplicateKeyException _) {
            throw new VaultException.Invalid(
                    "share", "Somebody else has given this share. Each person gives the share that is his own.");
        }
    }

    /**
     * Whether the key that counts now is in memory; if enough shares are there it is put together. One of before is
     * forgotten.
     */
    synchronized boolean isHeld() {
        Optional<PeopleKeyTable.Row> row = table.find();
        if (row.isEmpty()) {
            return false;
        }
        if (key != null && opens(key, row.get())) {
            return true;
        }
        forget();
        List<PeopleKeyTable.Given> given = table.given(SHARES_COUNT_FOR);
        if (given.size() < row.get().threshold()) {
            return false;
        }
        byte[] combined;
        try {
            combined = combined(given.subList(given.size() - row.get().threshold(), given.size()));
        } catch (SealBroken e) {
            // Wrapped by a protector of before: as if nobody had given them.
            log.warn("the shares that were given cannot be read and have to be given again: {}", e.getMessage());
            table.forgetAll();
            return false;
        }
        if (opens(combined, row.get())) {
            key = combined;
            return true;
        }
        log.warn("the shares that were given do not open the vault: one of them is wrong or of an earlier key");
        table.forgetAll();
        return false;
    }

    private boolean opens(byte[] candidate, PeopleKeyTable.Row row) {
        try {
            AesGcm.open(candidate, row.proof(), context());
            return true;
        } catch (SealBroken _) {
            return false;
        }
    }

    private byte[] combined(List<PeopleKeyTable.Given> given) {
        List<Share> shares = new ArrayList<>();
        for (PeopleKeyTable.Given one : given) {
            shares.add(new Share(one.index(), protector.unwrap(one.wrapped(), context(one.index()))));
        }
        byte[] combined = SecretShares.combine(shares);
        shares.forEach(share -> Arrays.fill(share.value(), (byte) 0));
        return combined;
    }

    /** The key of the people that counts now, for one use; the caller zeroes it. */
    synchronized byte[] copy() {
        if (!isHeld()) {
            throw new VaultException.Sealed();
        }
        return held().clone();
    }

    /**
     * Opens a key of the ring.
     *
     * @throws IdentityException.SealBroken on any mismatch
     */
    synchronized byte[] open(byte[] sealed, byte[] context) {
        return AesGcm.open(held(), sealed, context);
    }

    private byte[] held() {
        if (key == null && !isHeld()) {
            throw new VaultException.Sealed();
        }
        return Objects.requireNonNull(key);
    }

    /** Takes a key that was made and committed into memory. */
    synchronized void hold(byte[] fresh) {
        forget();
        key = fresh.clone();
    }

    /** Takes the key out of memory. */
    synchronized void forget() {
        if (key != null) {
            Arrays.fill(key, (byte) 0);
            key = null;
        }
    }

    /** Forgets what was given, in the caller's transaction: whoever seals the vault wants people to come again. */
    void forgetGiven() {
        table.forgetAll();
    }

    /** Removes shares that were given too long ago. */
    void tidy() {
        table.forget(SHARES_COUNT_FOR);
    }

    private byte[] context() {
        return ("sallyport key of people " + fleetId).getBytes(StandardCharsets.UTF_8);
    }

    private byte[] context(int index) {
        return ("sallyport share of people " + fleetId + " " + index).getBytes(StandardCharsets.UTF_8);
    }
}
