package dev.sallyport.policy.activation;

import dev.sallyport.policy.policyset.SetDocument;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.outbox.StatementOutbox;
import dev.sallyport.statements.StatementJson;
import dev.sallyport.statements.Subject;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** What follows from an activation: its statement in the same transaction, and behind it that it decides here. */
@Component
class ActivationRecord {
    /** Details travel beside their statement, within a quarter of a mebibyte. Of a larger set the digest must do. */
    private static final int LARGEST_CONTENT = 160 << 10;

    private static final int LONGEST_LIST = 2_000;

    private static final Logger log = LoggerFactory.getLogger(ActivationRecord.class);

    private final StatementOutbox outbox;
    private final ActivePolicySet active;

    ActivationRecord(StatementOutbox outbox, ActivePolicySet active) {
        this.outbox = outbox;
        this.active = active;
    }

    /**
     * Attests an activation, and makes it decide here once it is committed.
     *
     * @param before what decided before; null where it cannot be loaded
     */
    void activated(
            @Nullable String workspaceId,
            Activation activation,
            SetName beforeName,
            @Nullable LoadedSet before,
            LoadedSet after,
            @Nullable String change) {
        Map<String, String> attributes = new LinkedHashMap<>();
        attributes.put("position", Long.toString(activation.position()));
        attributes.put("set", after.name().toString());
        attributes.put("version", after.snapshot().version().hex());
        attributes.put("before_set", beforeName.toString());
        // A set that could not be loaded has no version here.
        attributes.put(
                "before_version",
                before == null ? "" : before.snapshot().version().hex());
        attributes.put("rollback", Boolean.toString(activation.rollback()));
        if (change != null) {
            attributes.put("change", change);
            attributes.put("proposed_by", Objects.requireNonNullElse(activation.proposedBy(), ""));
        }
        List<Detail> details = content(after.document());
        attributes.put(
                "files", details.isEmpty() ? "" : details.getFirst().digest().hex());
        publish(
                AuditEvent.POLICY_SET_ACTIVATED,
                workspaceId,
                "policy-activation:" + activation.position(),
                activation.actor(),
                attributes,
                details);
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                try {
                    active.follow(activation.position());
                } catch (RuntimeException e) {
                    // It is committed, whatever happens here: the next decision follows, or the watch does.
                    log.warn("The activation {} is not followed yet", activation.position(), e);
                }
            }
        });
    }

    /** Attests that an activation waits for a second person. */
    void proposed(Principal actor, PolicyChange change, SetName set) {
        String rules = String.join(" ", change.rules());
        publish(
                AuditEvent.CONFIG_CHANGE_PROPOSED,
                actor.workspaceId(),
                subject(actor.workspaceId(), change.changeId()),
                actor.name(),
                Map.of(
                        "change", change.changeId(),
                        "set", set.toString(),
                        "based", Long.toString(change.based()),
                        "rollback", Boolean.toString(change.rollback()),
                        "rules", rules.substring(0, Math.min(LONGEST_LIST, rules.length())),
                        "expires_at", StatementJson.format(change.expiresAt())),
                List.of());
    }

    /** Attests that an activation that waited was taken back or refused. */
    void withdrawn(Principal actor, String changeId) {
        publish(
                AuditEvent.CONFIG_CHANGE_WITHDRAWN,
                actor.workspaceId(),
                subject(actor.workspaceId(), changeId),
                actor.name(),
                Map.of("change", changeId),
                List.of());
    }

    private static String subject(String workspaceId, String changeId) {
        return "policy-change:" + workspaceId + ":" + changeId;
    }

    private void publish(
            AuditEvent event,
            @Nullable String workspaceId,
            String subject,
            String actor,
            Map<String, String> attributes,
            List<Detail> details) {
        outbox.publish(
                Statement.of(
                        Subject.named(subject),
                        new Audit(
                                outbox.issuance(workspaceId),
                                List.of(),
                                event,
                                actor,
                                null,
                                null,
                                details.stream().map(Detail::ref).toList(),
                                attributes)),
                List.of(),
                details);
    }

    private static List<Detail> content(SetDocument document) {
        if (document.files().isEmpty()) {
            return List.of();
        }
        byte[] content = StatementJson.canonical(document.files());
        return content.length > LARGEST_CONTENT ? List.of() : List.of(Detail.of(content));
    }
}
