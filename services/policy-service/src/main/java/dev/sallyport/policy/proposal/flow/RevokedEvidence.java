package dev.sallyport.policy.proposal.flow;

import dev.sallyport.identity.denylist.RevocationList;
import dev.sallyport.policy.permit.ExecutionStops;
import dev.sallyport.policy.proposal.Call;
import dev.sallyport.policy.proposal.CallTable;
import dev.sallyport.policy.proposal.CallTransitions;
import dev.sallyport.policy.proposal.CallsDue;
import dev.sallyport.servicekit.denylist.Denylist;
import dev.sallyport.servicekit.telemetry.Traces;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Ends the calls that rest on a statement which is not believed any more: its key has been revoked, and the ledger did not
 * have it in time. Nobody would accept another statement about such a call, so that it could neither be answered nor run nor
 * time out. All open calls are looked at when the denylist has changed; a call that cannot be looked at is looked at again.
 */
@Component
class RevokedEvidence {
    private static final Logger log = LoggerFactory.getLogger(RevokedEvidence.class);

    private final CallsDue due;
    private final CallTable calls;
    private final CallTransitions transitions;
    private final ExecutionStops control;
    private final Denylist denylist;
    private final TransactionTemplate transaction;
    private @Nullable Revoked done;

    RevokedEvidence(
            CallsDue due,
            CallTable calls,
            CallTransitions transitions,
            ExecutionStops control,
            Denylist denylist,
            TransactionTemplate transaction) {
        this.due = due;
        this.calls = calls;
        this.transitions = transitions;
        this.control = control;
        this.denylist = denylist;
        this.transaction = transaction;
    }

    /** What of a list matters here: every second there is a new one that says the same. */
    private record Revoked(Map<String, Long> serials, Map<String, Long> ids, Map<X509Certificate, Long> authorities) {
        static Revoked of(RevocationList list) {
            return new Revoked(list.serials(), list.ids(), list.authorities());
        }
    }

    /** One look; nothing is done while the denylist is the same. */
    void run() {
        Optional<Revoked> now = denylist.inForce().map(Revoked::of);
        if (now.isPresent() && !now.get().equals(done) && look()) {
            done = now.get();
        }
    }

    /** Whether every open call could be looked at. */
    private boolean look() {
        boolean all = true;
        List<String> open = due.openAfter("");
        while (!open.isEmpty()) {
            for (String id : open) {
                all &= look(id);
            }
            open = due.openAfter(open.getLast());
        }
        return all;
    }

    private boolean look(String id) {
        try (Traces.Scope _ = Traces.proposal(id)) {
            Optional<Call> call = calls.find(id);
            if (call.isEmpty() || transitions.restsOnBelieved(call.get())) {
                return true;
            }
            boolean ended = Boolean.TRUE.equals(transaction.execute(
                    _ -> calls.lock(id).filter(locked -> !transitions.restsOnBelieved(locked)).stream()
                            .anyMatch(transitions::abandon)));
            if (ended) {
                log.warn("Call {} is given up: it rests on a statement of a revoked key", id);
                if (call.get().progress().permit() != null) {
                    // What may be running is told to end; its result would not be believed either.
                    control.stop(id, "KEY_REVOKED");
                }
            }
            return true;
        } catch (RuntimeException e) {
            log.error("Call {} could not be looked at after a revocation", id, e);
            return false;
        }
    }
}
