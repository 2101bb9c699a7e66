package dev.sallyport.vault.secret;

import dev.sallyport.identity.IdentityException.SealBroken;
import dev.sallyport.servicekit.lifecycle.RepeatedTask;
import dev.sallyport.vault.VaultException.Damaged;
import dev.sallyport.vault.keyring.KeyRing;
import dev.sallyport.vault.keyring.KeyRing.Wrapped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionTemplate;

/** What keeps stored secrets sound: opening every one of them, and moving them to the newest key of the ring. */
@Service
public class SecretCare {
    private static final Logger log = LoggerFactory.getLogger(SecretCare.class);
    private static final int PAGE = 100;

    private final SecretTable table;
    private final SecretEnvelope envelope;
    private final KeyRing ring;
    private final TransactionTemplate transaction;

    SecretCare(SecretTable table, KeyRing ring, TransactionTemplate transaction) {
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
    public record Findings(int opened, List<String> failed) {}

    /** Opens every version of every secret, showing none. */
    public Findings verify() {
        ring.requireOpen();
        int opened = 0;
        List<String> failed = new ArrayList<>();
        String after = "";
        for (List<SecretRow.Head> page = table.all(after, PAGE); !page.isEmpty(); page = table.all(after, PAGE)) {
            for (SecretRow.Head head : page) {
                after = head.secretId();
                if (!pointerHolds(head)) {
                    failed.add(head.secretId() + "#current");
                }
                for (SecretRow.Version version : table.versions(head.secretId())) {
                    if (opens(head, version)) {
                        opened++;
                    } else {
                        failed.add(head.secretId() + "#" + version.version());
                    }
                }
            }
        }
        return new Findings(opened, List.copyOf(failed));
    }

    /** Moves what lies under older terms to the active one, a secret per transaction; can stop and go on anywhere. */
    public int rewrap() {
        ring.requireOpen();
        int moved = 0;
        String after = "";
        for (List<SecretRow.Head> page = table.all(after, PAGE); !page.isEmpty(); page = table.all(after, PAGE)) {
            for (SecretRow.Head head : page) {
                after = head.secretId();
                Integer here = transaction.execute(status -> rewrap(head.workspaceId(), head.name()));
                moved += here == null ? 0 : here;
            }
        }
        return moved;
    }

    private int rewrap(String workspaceId, String name) {
        SecretRow.Head head = table.lock(workspaceId, name).orElse(null);
        if (head == null) {
            return 0;
        }
        int moved = 0;
        for (SecretRow.Version version : table.versions(head.secretId())) {
            try {
                Wrapped key = envelope.rewrap(head, version);
                if (key != null) {
                    table.rewrap(head.secretId(), version.version(), key);
                    moved++;
                }
            } catch (SealBroken e) {
                log.error(
                        "secret {} version {} stays under its term: it does not open",
                        head.secretId(),
                        version.version());
            }
        }
        if (head.pointer().term() != ring.activeTerm() && pointerHolds(head)) {
            table.point(
                    head.secretId(),
                    head.currentVersion(),
                    envelope.point(workspaceId, head.secretId(), name, head.currentVersion()));
        }
        return moved;
    }

    private boolean pointerHolds(SecretRow.Head head) {
        try {
            envelope.verifyPointer(head);
            return true;
        } catch (Damaged e) {
            return false;
        }
    }

    private boolean opens(SecretRow.Head head, SecretRow.Version version) {
        try {
            Arrays.fill(envelope.open(head, version), (byte) 0);
            return true;
        } catch (Damaged e) {
            return false;
        }
    }

    /** Old terms are emptied in the background. */
    @Bean
    static RepeatedTask secretRewrap(SecretCare care, KeyRing ring) {
        return new RepeatedTask("secret-rewrap", Duration.ofMinutes(1), () -> {
            if (ring.state() == KeyRing.SealState.UNSEALED && ring.terms().size() > 1) {
                care.rewrap();
            }
        });
    }
}
