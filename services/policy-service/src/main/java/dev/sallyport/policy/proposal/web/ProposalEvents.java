package dev.sallyport.policy.proposal.web;

import dev.sallyport.policy.proposal.Call;
import dev.sallyport.policy.proposal.CallHistory;
import dev.sallyport.policy.proposal.CallState;
import dev.sallyport.policy.proposal.Phase;
import dev.sallyport.policy.proposal.ProposalQueries;
import dev.sallyport.policy.proposal.ProposalQueries.Filter;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.limit.Shares;
import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.servicekit.problem.ProblemException;
import dev.sallyport.servicekit.security.StandingAccess;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** The states of one call, or of all calls of a run, as server-sent events. */
@RestController
class ProposalEvents {
    private static final Duration LONGEST = Duration.ofMinutes(30);
    /** How long a stream is silent at most, and how long a credential that has ended is still good for it. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(5);

    /** How often the calls of a run are looked at. */
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

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

    record CallEvent(String proposalId, String tool, ProposalAnswers.State state) {}

    /** What a stream does between two looks at whether its reader may still read. */
    private interface Round {
        /** Sends what is new; false at the end of the stream. */
        boolean send(SseEmitter emitter) throws IOException, InterruptedException;
    }

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
        int after = last != null && last.matches("[0-9]{1,6}") ? Integer.parseInt(last) : 0;
        return stream(reader, request, "events-" + id, new CallRound(id, after));
    }

    /**
     * Streams the states of the calls of a run: of its newest 200 as they are, and then each that changes.
     *
     * <p>Each event is called {@code call}; its data is a JSON object with {@code proposal_id}, {@code tool} and {@code
     * state}. A state that lasted less than a second may be left out. The stream does not end with the calls, since a run
     * may go on; whoever connects again is told all states again.
     *
     * @param runId the run
     * @param sessionId the run's session; left out, the runs of that name in all sessions
     */
    @GetMapping(path = "/v1/proposals:events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    @Requires(Permission.PROPOSAL_READ)
    SseEmitter runEvents(
            Caller caller,
            @RequestParam("run_id") String runId,
            @RequestParam(name = "session_id", required = false) @Nullable String sessionId,
            HttpServletRequest request) {
        Principal reader = caller.principalOrRefuse();
        Filter filter = new ProposalFilters(sessionId, runId, null, null, null, null, null).filter();
        return stream(reader, request, "events-of-a-run", new RunRound(reader, filter));
    }

    private SseEmitter stream(Principal reader, HttpServletRequest request, String name, Round round) {
        Shares.Place place = places.take(reader.workspaceId() + " " + reader.name())
                .orElseThrow(() -> ProblemException.unavailable(
                        "TOO_MANY_STREAMS",
                        "Too many streams are open. Close those that are not needed, or try again later.",
                        null));
        StandingAccess.Check mayStill = access.of(request);
        SseEmitter emitter = new SseEmitter(LONGEST.toMillis());
        AtomicBoolean open = new AtomicBoolean(true);
        emitter.onCompletion(() -> open.set(false));
        emitter.onTimeout(() -> open.set(false));
        emitter.onError(e -> open.set(false));
        Thread.ofVirtual().name(name).start(() -> {
            try (Shares.Place _ = place) {
                follow(emitter, open, mayStill, round);
            }
        });
        return emitter;
    }

    private static void follow(SseEmitter emitter, AtomicBoolean open, StandingAccess.Check mayStill, Round round) {
        long asked = System.nanoTime();
        try {
            while (open.get()) {
                if (System.nanoTime() - asked >= HEARTBEAT.toNanos()) {
                    if (!mayStill.holds()) {
                        break;
                    }
                    asked = System.nanoTime();
                }
                if (!round.send(emitter)) {
                    break;
                }
            }
            emitter.complete();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            emitter.completeWithError(e);
        } catch (IOException | RuntimeException e) {
            emitter.completeWithError(e);
        }
    }

    /** The next states of one call, as soon as there are any. */
    private final class CallRound implements Round {
        private final String id;
        private int position;

        CallRound(String id, int position) {
            this.id = id;
            this.position = position;
        }

        @Override
        public boolean send(SseEmitter emitter) throws IOException {
            List<CallHistory.Step> steps = queries.awaitSteps(id, position, HEARTBEAT);
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
                    return false;
                }
            }
            return true;
        }
    }

    /** The calls of a run whose state is not the one that was told last. */
    private final class RunRound implements Round {
        private final Principal reader;
        private final Filter filter;
        private final Map<String, CallState> told = new HashMap<>();
        private long sent = System.nanoTime();

        RunRound(Principal reader, Filter filter) {
            this.reader = reader;
            this.filter = filter;
        }

        @Override
        public boolean send(SseEmitter emitter) throws IOException, InterruptedException {
            List<Call> newest = queries.page(reader, filter, new PageRequest(PageRequest.MAX_LIMIT, null))
                    .items();
            for (Call call : newest.reversed()) {
                CallState state = call.progress().state();
                if (!state.equals(told.put(call.id(), state))) {
                    emitter.send(SseEmitter.event()
                            .name("call")
                            .data(
                                    new CallEvent(call.id(), call.proposal().tool(), ProposalAnswers.State.of(state)),
                                    MediaType.APPLICATION_JSON));
                    sent = System.nanoTime();
                }
            }
            told.keySet().retainAll(newest.stream().map(Call::id).collect(Collectors.toSet()));
            if (System.nanoTime() - sent >= HEARTBEAT.toNanos()) {
                emitter.send(SseEmitter.event().comment("still here"));
                sent = System.nanoTime();
            }
            Thread.sleep(LOOK_EVERY);
            return true;
        }
    }
}
