package dev.sallyport.policy.catalogue.skill.messaging;

import dev.sallyport.policy.catalogue.skill.SkillTools;
import dev.sallyport.servicekit.inbox.StatementHandler;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.intoto.StatementRefusedException.Refusal;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.DetailRef;
import dev.sallyport.statements.skill.SkillPublication;
import dev.sallyport.statements.verify.VerifiedRecord;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import org.springframework.stereotype.Component;

/** Puts the tools of skills into the catalogue, and takes them out. Only executor control may state these events. */
@Component
class SkillPublicationHandler implements StatementHandler<Audit> {
    private final SkillTools tools;

    SkillPublicationHandler(SkillTools tools) {
        this.tools = tools;
    }

    @Override
    public Class<Audit> predicate() {
        return Audit.class;
    }

    @Override
    public Set<AuditEvent> events() {
        return EnumSet.of(AuditEvent.SKILL_ENABLED, AuditEvent.SKILL_QUARANTINED, AuditEvent.SKILL_REVOKED);
    }

    /** A statement without a detail is about a version that agents do not call. */
    @Override
    public void handle(Audit audit, VerifiedRecord record) throws StatementRefusedException {
        for (DetailRef ref : audit.details()) {
            SkillPublication publication = read(ref, record);
            if (!Objects.equals(publication.workspaceId(), audit.issued().workspaceId())) {
                throw new StatementRefusedException(Refusal.SCHEMA, "the publication is of another workspace");
            }
            publish(publication);
        }
    }

    private void publish(SkillPublication publication) throws StatementRefusedException {
        try {
            tools.publish(publication);
        } catch (IllegalArgumentException e) {
            throw new StatementRefusedException(Refusal.SCHEMA, String.valueOf(e.getMessage()));
        }
    }

    private static SkillPublication read(DetailRef ref, VerifiedRecord record) throws StatementRefusedException {
        byte[] content = record.detail(ref)
                .orElseThrow(() -> new StatementRefusedException(
                        Refusal.BAD_DETAIL, "the publication of a skill did not come along"));
        try {
            return SkillPublication.parse(content);
        } catch (IllegalArgumentException e) {
            throw new StatementRefusedException(Refusal.SCHEMA, String.valueOf(e.getMessage()));
        }
    }
}
