package dev.sallyport.policy.proposal.web;

import dev.sallyport.policy.proposal.Call;
import dev.sallyport.policy.proposal.CallView;
import dev.sallyport.policy.proposal.Phase;
import dev.sallyport.policy.proposal.ProposalQueries;
import dev.sallyport.policy.proposal.flow.ArrivedQuestions;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.connector.ConcurrencyLimit;
import dev.sallyport.servicekit.limit.Shares;
import dev.sallyport.servicekit.problem.ProblemException;
import dev.sallyport.servicekit.security.StandingAccess;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Lets requests wait for their calls, outside the places of requests that are served. */
@Component
class CallWaits {
    /** Each of them reads its call once or twice. */
    private static final int MOST_WAITING = 1_000;

    private static final int MOST_WAITING_OF_ONE = 200;

    /** Longer than a question needs to approval-service; a call that is answered without it is asked for again. */
    private static final Duration ON_ITS_WAY = Duration.ofSeconds(2);

    private static final Duration TO_COME_BACK = Duration.ofSeconds(10);

    private final ProposalQueries queries;
    private final ArrivedQuestions questions;
    private final StandingAccess access;
    private final Shares waiting = new Shares(MOST_WAITING, MOST_WAITING_OF_ONE);

    CallWaits(ProposalQueries queries, ArrivedQuestions questions, StandingAccess access) {
        this.queries = queries;
        this.questions = questions;
        this.access = access;
    }

    /** The call when it has ended or the time is up. Returns at once if too many wait already, of this caller or together. */
    Optional<CallView> end(HttpServletRequest request, Principal reader, String id, Duration most) {
        Optional<CallView> now = queries.find(reader, id);
        if (most.isZero() || now.isEmpty() || now.get().call().progress().done()) {
            return now;
        }
        Optional<Shares.Place> place = waiting.take(reader.workspaceId() + " " + reader.name());
        if (place.isEmpty()) {
            return now;
        }
        StandingAccess.Check mayStill = access.of(request);
        try (Shares.Place _ = place.get()) {
            ConcurrencyLimit.leave(request);
            queries.awaitEnd(reader, id, most);
        }
        // Whoever does not get a place again is told what was known before, and asks again.
        if (!ConcurrencyLimit.comeBack(request, TO_COME_BACK)) {
            return now;
        }
        if (!mayStill.holds()) {
            throw ProblemException.unauthenticated("The credential ended while you waited.");
        }
        return queries.find(reader, id);
    }

    /** The same call, once approval-service has the question about it: its id is told then, and works. */
    CallView asked(HttpServletRequest request, CallView view) {
        Call call = view.call();
        if (call.progress().phase() != Phase.APPROVE) {
            return view;
        }
        Optional<Shares.Place> place = waiting.take(
                call.proposal().workspaceId() + " " + call.proposal().principal());
        if (place.isPresent()) {
            try (Shares.Place _ = place.get()) {
                ConcurrencyLimit.leave(request);
                questions.await(call, ON_ITS_WAY);
            }
            ConcurrencyLimit.comeBack(request, TO_COME_BACK);
        }
        return view;
    }
}
