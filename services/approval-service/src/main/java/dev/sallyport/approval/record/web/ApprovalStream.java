package dev.sallyport.approval.record.web;

import dev.sallyport.approval.record.ApprovalChanged;
import dev.sallyport.approval.record.ApprovalKey;
import dev.sallyport.approval.record.ApprovalQueries;
import dev.sallyport.approval.record.ApprovalRecord;
import dev.sallyport.approval.record.ApprovalState;
import dev.sallyport.approval.record.answer.Approver;
import dev.sallyport.approval.record.answer.Credential;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.limit.Shares;
import dev.sallyport.servicekit.problem.ProblemException;
import dev.sallyport.servicekit.security.StandingAccess;
import dev.sallyport.statements.vocabulary.CallOutcome;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.event.TransactionalEventListener;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Tells listeners that a record of their workspace has changed: at once for changes made here, within two seconds for
 * those of other replicas. An event is a hint to look again; the record is the truth.
 */
@Component
public class ApprovalStream {
    /** A stream ends after this time: whoever reconnects is asked again who they are. */
    private static final Duration LIFETIME = Duration.ofMinutes(5);

    private static final Duration LOOK_BACK = Duration.ofSeconds(10);
    private static final int REMEMBERED = 2_000;
    private static final int MOST_LISTENERS = 500;
    /** As many tabs and commands as a person has open, and some more. */
    private static final int MOST_OF_ONE = 20;

    private static final int MOST_WAITING = 100;

    private final ApprovalQueries queries;
    private final Shares places = new Shares(MOST_LISTENERS, MOST_OF_ONE);
    private final Map<SseEmitter, Listener> listeners = new ConcurrentHashMap<>();
    private final Set<ApprovalChanged> told = Collections.synchronizedSet(Collections.newSetFromMap(new Recent()));

    ApprovalStream(ApprovalQueries queries) {
        this.queries = queries;
    }

    /**
     * A listener with a thread of its own: a slow reader holds up nobody else, least of all the transaction whose
     * change is told. When too many events wait for it, the oldest is dropped.
     */
    private record Listener(
            Approver approver,
            boolean resolves,
            StandingAccess.Check access,
            Shares.Place place,
            ThreadPoolExecutor line) {
        static Listener of(Caller caller, StandingAccess.Check access, Shares.Place place) {
            return new Listener(
                    Approvers.of(caller, Credential.Method.API),
                    caller.principalOrRefuse().may(Permission.APPROVAL_RESOLVE),
                    access,
                    place,
                    new ThreadPoolExecutor(
                            1,
                            1,
                            0,
                            TimeUnit.SECONDS,
                            new ArrayBlockingQueue<>(MOST_WAITING),
                            Thread.ofVirtual().name("approval-events").factory(),
                            new ThreadPoolExecutor.DiscardOldestPolicy()));
        }
    }

    record Event(
            String approvalId,
            String proposalId,
            String tool,
            String summary,
            ApprovalState state,
            @Nullable CallOutcome outcome,
            boolean mayAnswer) {}

    private static final class Recent extends LinkedHashMap<ApprovalChanged, Boolean> {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ApprovalChanged, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    }

    /**
     * A stream of the changes in the listener's workspace from now on, for as long as the listener may read them.
     *
     * @param access what is asked every few seconds
     * @throws ProblemException 503 when too many listeners are connected, of this principal or together
     */
    public SseEmitter subscribe(Caller caller, StandingAccess.Check access) {
        Principal listener = caller.principalOrRefuse();
        Shares.Place place = places.take(listener.workspaceId() + " " + listener.name())
                .orElseThrow(() -> ProblemException.unavailable(
                        "TOO_MANY_STREAMS",
                        "Too many listeners are connected. Close those that are not needed, or try again later.",
                        null));
        SseEmitter emitter = new SseEmitter(LIFETIME.toMillis());
        emitter.onCompletion(() -> remove(emitter));
        emitter.onTimeout(emitter::complete);
        emitter.onError(_ -> remove(emitter));
        listeners.put(emitter, Listener.of(caller, access, place));
        send(emitter, () -> SseEmitter.event().comment("listening").reconnectTime(2_000));
        return emitter;
    }

    @TransactionalEventListener(phase = TransactionPhase.AFTER_COMMIT)
    void onChange(ApprovalChanged change) {
        if (told.add(change)) {
            tell(change);
        }
    }

    /** Tells what other replicas have changed. Commits come out of order, so it looks back further than its pause. */
    void lookAtOtherReplicas() {
        if (!listeners.isEmpty()) {
            queries.changedWithin(LOOK_BACK).forEach(this::onChange);
        }
    }

    /** Sends an empty comment, so that idle connections stay open and broken ones are noticed. */
    void keepAlive() {
        listeners
                .keySet()
                .forEach(emitter -> send(emitter, () -> SseEmitter.event().comment("")));
    }

    /** Ends the streams of those who may not read any more. Each is asked about in its own line. */
    void askAgain() {
        listeners.forEach((emitter, listener) -> listener.line().execute(() -> {
            if (!listener.access().holds()) {
                emitter.complete();
                remove(emitter);
            }
        }));
    }

    private void tell(ApprovalChanged change) {
        // Read at most once, and outside the transaction whose change is told.
        Supplier<Optional<ApprovalRecord>> record =
                SingletonSupplier.of(() -> queries.find(new ApprovalKey(change.workspaceId(), change.approvalId())));
        listeners.forEach((emitter, listener) -> {
            if (listener.approver().workspaceId().equals(change.workspaceId())) {
                send(
                        emitter,
                        () -> SseEmitter.event()
                                .name("approval")
                                .data(event(change, mayAnswer(listener, change, record))));
            }
        });
    }

    private boolean mayAnswer(Listener listener, ApprovalChanged change, Supplier<Optional<ApprovalRecord>> record) {
        return change.state().open()
                && listener.resolves()
                && record.get()
                        .filter(known -> queries.mayAnswer(known, listener.approver()))
                        .isPresent();
    }

    private static Event event(ApprovalChanged change, boolean mayAnswer) {
        return new Event(
                change.approvalId(),
                change.proposalId().ulid(),
                change.tool(),
                change.summary(),
                change.state(),
                change.outcome(),
                mayAnswer);
    }

    private void send(SseEmitter emitter, Supplier<SseEmitter.SseEventBuilder> event) {
        Listener listener = listeners.get(emitter);
        if (listener != null) {
            listener.line().execute(() -> {
                try {
                    emitter.send(event.get());
                } catch (IOException | RuntimeException e) {
                    // Whoever listens connects again and looks at the records themselves.
                    emitter.complete();
                    remove(emitter);
                }
            });
        }
    }

    private void remove(SseEmitter emitter) {
        Listener listener = listeners.remove(emitter);
        if (listener != null) {
            listener.place().close();
            listener.line().shutdownNow();
        }
    }

    /** Ends all streams, so that a stopping service does not wait for its listeners. */
    @EventListener(ContextClosedEvent.class)
    void close() {
        listeners.keySet().forEach(SseEmitter::complete);
    }
}
