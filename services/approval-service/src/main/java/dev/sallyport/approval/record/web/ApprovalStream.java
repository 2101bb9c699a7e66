package dev.sallyport.approval.record.web;

import dev.sallyport.approval.record.ApprovalChanged;
import dev.sallyport.approval.record.Changes;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.event.TransactionalEventListener;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Tells listeners that a record of their workspace has changed: at once for changes made here, within two seconds for
 * those of other replicas. An event is a hint to look again; the record is the truth.
 */
@Component
public class ApprovalStream {

    /** A stream ends after so long, so that who listens is checked again when they reconnect. */
    private static final Duration LIFETIME = Duration.ofMinutes(5);

    private static final Duration LOOK_BACK = Duration.ofSeconds(10);
    private static final int REMEMBERED = 2_000;

    private final Changes changes;
    private final Map<SseEmitter, String> listeners = new ConcurrentHashMap<>();
    private final Set<ApprovalChanged> told = Collections.synchronizedSet(Collections.newSetFromMap(new Recent()));

    ApprovalStream(Changes changes) {
        this.changes = changes;
    }

    record Event(String approvalId, String proposalId, String tool, String summary, String state) {}

    private static final class Recent extends LinkedHashMap<ApprovalChanged, Boolean> {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ApprovalChanged, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    }

    /** A stream of this workspace's changes from now on. */
    public SseEmitter subscribe(String workspaceId) {
        var emitter = new SseEmitter(LIFETIME.toMillis());
        emitter.onCompletion(() -> listeners.remove(emitter));
        emitter.onTimeout(emitter::complete);
        emitter.onError(e -> listeners.remove(emitter));
        listeners.put(emitter, workspaceId);
        send(emitter, SseEmitter.event().comment("listening").reconnectTime(2_000));
        return emitter;
    }

    @TransactionalEventListener(phase = TransactionPhase.AFTER_COMMIT)
    void onChange(ApprovalChanged change) {
        if (told.add(change)) {
            tell(change);
        }
    }

    /** Finds what other replicas have changed; looks back further than its own pause, since commits come out of order. */
    @Scheduled(fixedDelayString = "${sallyport.approvals.changes-ms:2000}")
    void lookAtOtherReplicas() {
        if (!listeners.isEmpty()) {
            changes.within(LOOK_BACK).forEach(this::onChange);
        }
    }

    /** Keeps connections from being taken for dead, and finds out which are. */
    @Scheduled(fixedDelay = 20_000)
    void breathe() {
        listeners.keySet().forEach(emitter -> send(emitter, SseEmitter.event().comment("")));
    }

    private void tell(ApprovalChanged change) {
        var event = new Event(
                change.approvalId(),
                change.proposalId(),
                change.tool(),
                change.summary(),
                change.state().wire());
        listeners.forEach((emitter, workspaceId) -> {
            if (workspaceId.equals(change.workspaceId())) {
                send(emitter, SseEmitter.event().name("approval").data(event));
            }
        });
    }

    private void send(SseEmitter emitter, SseEmitter.SseEventBuilder event) {
        try {
            emitter.send(event);
        } catch (IOException | IllegalStateException e) {
            listeners.remove(emitter);
        }
    }
}
