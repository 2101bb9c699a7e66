package dev.sallyport.policy.proposal.web;

import dev.sallyport.policy.proposal.CallHistory;
import dev.sallyport.policy.proposal.Phase;
import dev.sallyport.policy.proposal.ProposalQueries;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.limit.Shares;
import dev.sallyport.servicekit.problem.ProblemException;
import dev.sallyport.servicekit.security.StandingAccess;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** The states of one call as server-sent events, from the first or from where the client stopped, to the end. */
@RestController
class ProposalEvents {
    private static final Duration LONGEST = Duration.ofMinutes(30);
    /** How long a stream is silent at most, and how long a credential that has ended is still good for it. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(5);

    private static final int MOST_STREAMS = 500;
    private static final int MOST_OF_ONE = 50;

    private final ProposalQueries queries;
    private final StandingAccess access;
    private final Shares places = new Shares(MOST_STREAMS, MOST_OF_ONE);

    ProposalEvents(ProposalQueries queries, StandingAccess access) {
        this.queries = queries;
        this.access = access;
    }

    record Event(ProposalAnswers.State state, Instant at) {}

    /**
     * Streams the states of one call, from the first to the end.
     *
     * <p>Each event is called {@code state}; its data is a JSON object with {@code state} and {@code at}.
     *
     * @param id the call's id
     * @param last the id of the last event that was received: the stream goes on behind it
     */
    @GetMapping(path = "/v1/proposals/{id}/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    @Requires(Permission.PROPOSAL_READ)
    SseEmitter events(
            Caller caller,
            @PathVariable String id,
            @RequestHeader(name = "Last-Event-ID", required = false) @Nullable String last,
            HttpServletRequest request) {
        Principal reader = caller.principalOrRefuse();
        if (queries.find(reader, id).isEmpty()) {
            throw ProposalController.unknown();
        }
        Shares.Place place = places.take(reader.workspaceId() + " " + reader.name())
                .orElseThrow(() -> ProblemException.unavailable(
                        "TOO_MANY_STREAMS",
                        "Too many streams are open. Close those that are not needed, or try again later.",
                        null));
        int after = last != null && last.matches("[0-9]{1,6}") ? Integer.parseInt(last) : 0;
        StandingAccess.Check mayStill = access.of(request);
        SseEmitter emitter = new SseEmitter(LONGEST.toMillis());
        AtomicBoolean open = new AtomicBoolean(true);
        emitter.onCompletion(() -> open.set(false));
        emitter.onTimeout(() -> open.set(false));
        emitter.onError(e -> open.set(false));
        Thread.ofVirtual().name("events-" + id).start(() -> {
            try (Shares.Place _ = place) {
                follow(emitter, open, mayStill, id, after);
            }
        });
        return emitter;
    }

    private void follow(SseEmitter emitter, AtomicBoolean open, StandingAccess.Check mayStill, String id, int from) {
        int position = from;
        long asked = System.nanoTime();
        try {
            while (open.get()) {
                List<CallHistory.Step> steps = queries.awaitSteps(id, position, HEARTBEAT);
                if (System.nanoTime() - asked >= HEARTBEAT.toNanos()) {
                    if (!mayStill.holds()) {
                        break;
                    }
                    asked = System.nanoTime();
                }
                if (steps.isEmpty()) {
                    emitter.send(SseEmitter.event().comment("still here"));
                }
                for (CallHistory.Step step : steps) {
                    position = step.position();
                    emitter.send(SseEmitter.event()
                            .id(Integer.toString(position))
                            .name("state")
                            .data(
                                    new Event(ProposalAnswers.State.of(step.state()), step.at()),
                                    MediaType.APPLICATION_JSON));
                    if (step.state().phase() == Phase.DONE) {
                        emitter.complete();
                        return;
                    }
                }
            }
            emitter.complete();
        } catch (IOException | RuntimeException e) {
            emitter.completeWithError(e);
        }
    }
}
