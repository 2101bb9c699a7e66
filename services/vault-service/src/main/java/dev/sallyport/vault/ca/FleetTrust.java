package dev.sallyport.vault.ca;

import dev.sallyport.identity.ca.CertificateIssuer;
import dev.sallyport.identity.ca.TrustSteps;
import dev.sallyport.servicekit.identity.IdentityInForce;
import dev.sallyport.servicekit.limit.RateLimit;
import dev.sallyport.statements.step.TrustStep;
import dev.sallyport.statements.step.TrustStepRefusedException;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.trust.TrustRoots;
import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.vault.VaultException;
import dev.sallyport.vault.audit.VaultAudit;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The steps from the roots of the fleet's founding to those of now: kept here, handed out to everybody, and who follows them
 * already. Each member verifies them by itself; this service could withhold a step, and make none.
 */
@Service
public class FleetTrust {
    private static final int MOST_NOTED = 20_000;
    private static final int NOTES_PER_ID_AND_MINUTE = 20;

    private final TrustStepTable table;
    private final TrustSteps atTheMachine;
    private final IdentityInForce identity;
    private final AuthorityHoldings holdings;
    private final VaultAudit audit;
    private final TransactionTemplate transaction;
    private final Clock clock;
    private final RateLimit limit;
    private final Map<String, Integer> noted = new ConcurrentHashMap<>();
    private volatile Known known;

    FleetTrust(
            TrustStepTable table,
            IssuingProperties properties,
            IdentityInForce identity,
            AuthorityHoldings holdings,
            VaultAudit audit,
            TransactionTemplate transaction,
            Clock clock) {
        this.table = table;
        this.atTheMachine = new TrustSteps(properties.issuingDir());
        this.identity = identity;
        this.holdings = holdings;
        this.audit = audit;
        this.transaction = transaction;
        this.clock = clock;
        this.limit = new RateLimit(NOTES_PER_ID_AND_MINUTE, clock);
        this.known = read();
    }

    /**
     * The steps from some roots on.
     *
     * @param first the step that the first of them follows
     * @param roots the roots after the last of them
     * @param at when that was signed; null where there is none
     */
    private record Known(
            int first,
            List<byte[]> steps,
            TrustRoots roots,
            @Nullable Instant at) {}

    /**
     * A part of the fleet that does not pin the newest roots yet.
     *
     * @param spiffeId who
     * @param step what it pins, as far as it has said
     */
    public record Waiting(String spiffeId, int step) {}

    /** The roots that the fleet trusts now, whether everybody knows or not. */
    public TrustRoots roots() {
        return known.roots();
    }

    /** The signed steps after that one, in their order. */
    public List<byte[]> after(int step) {
        Known now = known;
        int from = step - now.first();
        return from < 0 || from >= now.steps().size()
                ? List.of()
                : List.copyOf(now.steps().subList(from, now.steps().size()));
    }

    /** Takes up what lies in the folder of the authorities, and what other replicas have taken up. */
    void catchUp() {
        known = read();
        for (byte[] step : atTheMachine.after(known.roots().step())) {
            take(step, null);
        }
    }

    /**
     * Takes the step after the last one.
     *
     * @param actor who brought it; null where it lay in the folder
     * @throws VaultException.Invalid when it does not follow
     */
    public void take(byte[] signed, @Nullable String actor) {
        Known before = read();
        TrustStep step;
        try {
            step = TrustStep.verify(before.roots(), signed, clock.instant());
        } catch (TrustStepRefusedException e) {
            throw new VaultException.Invalid(
                    "step",
                    "This step of trust is not taken: " + e.getMessage() + ". Steps are made by `sallyport ca rotate"
                            + " --root` and `sallyport ca retire`, and taken in their order.");
        }
        TrustRoots after = step.after();
        transaction.executeWithoutResult(_ -> {
            if (table.insert(before.roots(), signed, clock.instant())) {
                audit.state(
                        AuditEvent.TRUST_CHANGED,
                        "trust:" + after.step(),
                        null,
                        actor,
                        Map.of(
                                "step", Integer.toString(after.step()),
                                "digest", TrustStep.digest(after).hex(),
                                "tls_roots", Integer.toString(after.tlsCas().size()),
                                "signing_roots",
                                        Integer.toString(after.signingCas().size())));
            }
        });
        known = read();
        if (!Arrays.equals(after(before.roots().step()).getFirst(), signed)) {
            throw new VaultException.Invalid(
                    "step",
                    "Another step of trust was taken in this place already. Two copies of the folder of the roots have gone"
                            + " different ways: go on with the one whose step the fleet has.");
        }
    }

    /** Notes which roots the holder of a certificate pins. Asked again with the same, it writes nothing. */
    public void pins(SpiffeId id, X509Certificate certificate, int step) {
        String serial = certificate.getSerialNumber().toString(16);
        // Who follows a step that only another replica has taken yet asks again.
        if (step > known.roots().step() || Integer.valueOf(step).equals(noted.get(serial))) {
            return;
        }
        limit.count(id.toString());
        Instant end = certificate.getNotAfter().toInstant();
        transaction.executeWithoutResult(_ -> table.hold(serial, id.toString(), step, end, clock.instant()));
        if (noted.size() >= MOST_NOTED) {
            noted.clear();
        }
        noted.put(serial, step);
    }

    /**
     * The services, nodes and infrastructure that have not said that they pin the newest roots. What was issued at the
     * machine after a step came with its roots.
     */
    public List<Waiting> waiting() {
        Known now = known;
        Instant at = now.at();
        Map<String, Integer> held = table.held();
        Map<String, Integer> waiting = new TreeMap<>();
        for (AuthorityHoldings.InUse certificate : holdings.tlsInUse()) {
            int said = held.getOrDefault(certificate.serial(), 0);
            X509Certificate issuedHere = certificate.issuedAtTheMachine();
            boolean came = issuedHere != null
                    && at != null
                    && !CertificateIssuer.issuedAt(issuedHere).isBefore(at);
            if (said < now.roots().step() && !came) {
                waiting.merge(certificate.spiffeId(), said, Math::min);
            }
        }
        return waiting.entrySet().stream()
                .map(one -> new Waiting(one.getKey(), one.getValue()))
                .toList();
    }

    private Known read() {
        List<TrustStepTable.Row> rows = table.steps();
        TrustRoots roots = rows.isEmpty()
                ? atTheMachine.founding().orElseGet(identity::trust)
                : rows.getFirst().follows();
        int first = roots.step();
        List<byte[]> steps = new ArrayList<>();
        Instant at = null;
        for (TrustStepTable.Row row : rows) {
            try {
                // What was taken stays taken, also when the root that signed it has expired since.
                TrustStep step = TrustStep.verify(roots, row.signed(), Instant.EPOCH);
                steps.add(row.signed());
                roots = step.after();
                at = step.at();
            } catch (TrustStepRefusedException e) {
                throw new IllegalStateException(
                        "step " + (roots.step() + 1) + " of the fleet's trust does not follow: " + e.getMessage(), e);
            }
        }
        return new Known(first, List.copyOf(steps), roots, at);
    }
}
