package dev.sallyport.policy.proposal.web;

import dev.sallyport.policy.proposal.CallHistory;
import dev.sallyport.policy.proposal.Phase;
import dev.sallyport.policy.proposal.ProposalQueries;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Requires;
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
    private static final Duration HEARTBEAT = Duration.ofSeconds(10);

    private final ProposalQueries queries;

    ProposalEvents(ProposalQueries queries) {
        this.queries = queries;
    }

    record Event(ProposalAnswers.State state, Instant at) {}

    @GetMapping(path = "/v1/proposals/{id}/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    @Requires(Permission.PROPOSAL_READ)
    SseEmitter events(
            Caller caller,
            @PathVariable String id,
            @RequestHeader(name = "Last-Event-ID", required = false) @Nullable String last) {
        if (queries.find(caller.principalOrRefuse(), id).isEmpty()) {
            throw ProposalController.unknown();
        }
        int after = last != null && last.matches("[0-9]{1,6}") ? Integer.parseInt(last) : 0;
        SseEmitter emitter = new SseEmitter(LONGEST.toMillis());
        AtomicBoolean open = new AtomicBoolean(true);
        emitter.onCompletion(() -> open.set(false));
        emitter.onTimeout(() -> open.set(false));
        emitter.onError(e -> open.set(false));
        Thread.ofVirtual().name("events-" + id).start(() -> follow(emitter, open, id, after));
        return emitter;
    }

    private void follow(SseEmitter emitter, AtomicBoolean open, String id, int from) {
        int position = from;
        try {
            while (open.get()) {
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
                        emitter.complete();
                        return;
                    }
                }
            }
        } catch (IOException | RuntimeException e) {
            emitter.completeWithError(e);
        }
    }
}
