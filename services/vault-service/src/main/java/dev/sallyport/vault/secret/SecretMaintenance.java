package dev.sallyport.vault.secret;

import dev.sallyport.identity.IdentityException.SealBroken;
import dev.sallyport.vault.VaultException.Damaged;
import dev.sallyport.vault.keyring.KeyRing;
import dev.sallyport.vault.keyring.KeyRing.Wrapped;
import dev.sallyport.vault.secret.SecretRow.Head;
import dev.sallyport.vault.secret.SecretRow.Version;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionTemplate;

/** Work on all stored secrets: opening each one as a check, and moving each one to the newest key of the ring. */
@Service
public class SecretMaintenance {
    private static final Logger log = LoggerFactory.getLogger(SecretMaintenance.class);
    private static final int PAGE = 100;

    private final SecretTable table;
    private final SecretEnvelope envelope;
    private final KeyRing ring;
    private final TransactionTemplate transaction;

    SecretMaintenance(SecretTable table, KeyRing ring, TransactionTemplate transaction) {
        this.table = table;
        this.envelope = new SecretEnvelope(ring);
        this.ring = ring;
        this.transaction = transaction;
    }

    /**
     * What {@link #verify} found.
     *
     * @param opened how many versions opened
     * @param failed ids and versions that did not
     */
    public record Findings(int opened, List<String> failed) {
        /** Copies the list. */
        public Findings {
            failed = List.copyOf(failed);
        }
    }

    /** Opens every version of every secret, showing none. */
    public Findings verify() {
        ring.requireOpen();
        List<String> opened = new ArrayList<>();
        List<String> failed = new ArrayList<>();
        forEach(table::all, head -> {
            if (!pointerHolds(head)) {
                failed.add(head.secretId() + "#current");
            }
            for (Version version : table.versions(head.secretId())) {
                (opens(head, version) ? opened : failed).add(head.secretId() + "#" + version.version());
            }
        });
        return new Findings(opened.size(), failed);
    }

    /**
     * Wraps the data keys that lie under older terms under the active one, one secret per transaction. It can be
     * stopped at any point and started again.
     *
     * @return how many versions were moved
     */
    public int rewrap() {
        int active = ring.activeTerm();
        List<Integer> moved = new ArrayList<>();
        forEach(
                (after, limit) -> table.underOtherTerms(active, after, limit),
                head -> moved.add(transaction.execute(
                        _ -> table.lock(head.id().workspaceId(), head.id().name())
                                .map(this::rewrap)
                                .orElse(0))));
        return moved.stream().mapToInt(Integer::intValue).sum();
    }

    private interface Pages {
        List<Head> behind(String after, int limit);
    }

    private static void forEach(Pages pages, Consumer<Head> action) {
        String after = "";
        for (List<Head> page = pages.behind(after, PAGE); !page.isEmpty(); page = pages.behind(after, PAGE)) {
            page.forEach(action);
            after = page.getLast().secretId();
        }
    }

    private int rewrap(Head head) {
        int moved = 0;
        for (Version version : table.versions(head.secretId())) {
            try {
                Wrapped key = envelope.rewrap(head, version);
                if (key != null) {
                    table.rewrap(head.secretId(), version.version(), key);
                    moved++;
                }
            } catch (SealBroken _) {
                log.error(
                        "secret {} version {} stays under its term: it does not open",
                        head.secretId(),
                        version.version());
            }
        }
        if (head.pointer().term() != ring.activeTerm() && pointerHolds(head)) {
            table.point(head.secretId(), head.currentVersion(), envelope.point(head.id(), head.currentVersion()));
        }
        return moved;
    }

    private boolean pointerHolds(Head head) {
        try {
            envelope.verifyPointer(head);
            return true;
        } catch (Damaged _) {
            return false;
        }
    }

    private boolean opens(Head head, Version version) {
        try {
            Arrays.fill(envelope.open(head, version), (byte) 0);
            return true;
        } catch (Damaged _) {
            return false;
        }
    }
}
