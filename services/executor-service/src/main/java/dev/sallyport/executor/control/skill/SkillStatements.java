package dev.sallyport.executor.control.skill;

import dev.sallyport.executor.control.skill.SkillProblemException.Code;
import dev.sallyport.servicekit.outbox.StatementOutbox;
import dev.sallyport.skills.SkillRefusedException;
import dev.sallyport.skills.manifest.Capabilities;
import dev.sallyport.skills.manifest.HttpCapability;
import dev.sallyport.skills.manifest.SecretUse;
import dev.sallyport.skills.manifest.SkillLimits;
import dev.sallyport.skills.manifest.SkillManifest;
import dev.sallyport.skills.manifest.SkillRisk;
import dev.sallyport.skills.pack.PublisherKey;
import dev.sallyport.skills.pack.SkillPackage;
import dev.sallyport.statements.Subject;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.skill.SkillPublication;
import dev.sallyport.statements.skill.SkillState;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** What executor control states about skills, each in the transaction that makes it true. */
@Component
class SkillStatements {
    /** OpenAI's functions have no longer names. */
    private static final int MOST_NAME = 64;

    /** A permit names the version with the number of a publication behind it. */
    private static final int MOST_VERSION = 48;

    /** A proposal names no more. */
    private static final int MOST_SECRETS = 16;

    /** What numbers and a reason may add to a publication. */
    private static final int MARGIN = 1 << 10;

    private final StatementOutbox outbox;

    SkillStatements(StatementOutbox outbox) {
        this.outbox = outbox;
    }

    /**
     * States what became of a version.
     *
     * @param publication what the catalogue is to know; null where nothing changes for it
     */
    void state(SkillVersionRow row, String actor, @Nullable SkillPublication publication) {
        Map<String, String> attributes = new LinkedHashMap<>();
        attributes.put("skill", row.skill());
        attributes.put("version", row.version());
        attributes.put("state", row.state().wire());
        attributes.put("reason", row.reason());
        attributes.put("package", row.packageDigest().hex());
        attributes.put("module", row.manifest().moduleDigest().hex());
        attributes.put("publisher", row.manifest().publisher());
        attributes.put("signed_by", row.signer().fingerprint().hex());
        attributes.put("granted", String.join(" ", row.granted()));
        Detail detail = publication == null ? null : Detail.of(publication.encode());
        List<Detail> details = detail == null ? List.of() : List.of(detail);
        outbox.publish(
                Statement.of(
                        Subject.named("skill:" + row.workspaceId() + ":" + row.skill()),
                        new Audit(
                                outbox.issuance(row.workspaceId()),
                                List.of(),
                                event(row.state()),
                                actor,
                                null,
                                null,
                                details.stream().map(Detail::ref).toList(),
                                attributes)),
                List.of(),
                details);
    }

    private static AuditEvent event(SkillState state) {
        return switch (state) {
            case QUARANTINED -> AuditEvent.SKILL_QUARANTINED;
            case ENABLED -> AuditEvent.SKILL_ENABLED;
            case REVOKED -> AuditEvent.SKILL_REVOKED;
        };
    }

    /** States that a publisher's key counts, or counts no longer. */
    void publisher(
            AuditEvent event, String workspaceId, String publisher, PublisherKey key, String actor, String reason) {
        outbox.publish(Statement.of(
                Subject.named("publisher:" + workspaceId + ":" + publisher),
                Audit.of(
                        outbox.issuance(workspaceId),
                        event,
                        actor,
                        List.of(),
                        Map.of("publisher", publisher, "key", key.fingerprint().hex(), "reason", reason))));
    }

    /** States that a package was refused because of its signer. */
    void refused(String workspaceId, SkillPackage skill, SkillRefusedException refusal, String actor) {
        SkillManifest manifest = skill.manifest();
        outbox.publish(Statement.of(
                Subject.named("publisher:" + workspaceId + ":" + manifest.publisher()),
                Audit.of(
                        outbox.issuance(workspaceId),
                        AuditEvent.SKILL_REFUSED,
                        actor,
                        List.of(),
                        Map.of(
                                "skill",
                                manifest.id(),
                                "version",
                                manifest.version().text(),
                                "package",
                                skill.digest().hex(),
                                "publisher",
                                manifest.publisher(),
                                "signed_by",
                                skill.signer()
                                        .map(key -> key.fingerprint().hex())
                                        .orElse(""),
                                "code",
                                refusal.refusal().name()))));
    }

    /**
     * What the catalogue is to know of a version from now on.
     *
     * @param schemas the texts of its schemas by their file
     */
    static SkillPublication publication(
            SkillVersionRow row, UnaryOperator<String> schemas, long change, long enabledBy) {
        SkillManifest manifest = row.manifest();
        SkillLimits limits = manifest.limits();
        return new SkillPublication(
                1,
                row.workspaceId(),
                row.skill(),
                change,
                enabledBy,
                row.state().wire(),
                row.version(),
                manifest.publisher(),
                row.packageDigest(),
                manifest.moduleDigest(),
                row.granted(),
                !manifest.capabilities().secrets().isEmpty(),
                asked(row),
                new SkillPublication.Limits(
                        limits.wall().toMillis(),
                        limits.fuel(),
                        limits.memoryPages(),
                        limits.outputBytes(),
                        limits.hostCalls()),
                manifest.tools().stream()
                        .map(tool -> new SkillPublication.Tool(
                                tool.name(),
                                tool.description(),
                                tool.risk() == SkillRisk.APPROVAL_REQUIRED,
                                schemas.apply(tool.inputSchema()),
                                schemas.apply(tool.outputSchema())))
                        .toList());
    }

    private static SkillPublication.Asked asked(SkillVersionRow row) {
        Capabilities asked = row.manifest().capabilities();
        return new SkillPublication.Asked(
                asked.all(),
                asked.http().stream()
                        .map(HttpCapability::host)
                        .distinct()
                        .sorted()
                        .toList(),
                asked.secrets().stream()
                        .map(SecretUse::name)
                        .distinct()
                        .sorted()
                        .toList(),
                row.signer().fingerprint());
    }

    /** Refuses a package of which the catalogue could not be told: it would be found when it is enabled. */
    static void verifyPublishable(SkillVersionRow row, SkillPackage skill) {
        for (SkillPublication.Tool tool :
                publication(row, skill::schemaText, 1, 1).tools()) {
            String name = SkillPublication.toolName(row.skill(), tool.name());
            if (name.length() > MOST_NAME) {
                throw new SkillProblemException(
                        Code.INVALID_SKILL,
                        "The tool `" + name + "` has a name of more than " + MOST_NAME
                                + " characters, which models' interfaces do not take. Shorten the skill's id or the"
                                + " tool's name.");
            }
        }
        if (asked(row).secrets().size() > MOST_SECRETS) {
            throw new SkillProblemException(
                    Code.INVALID_SKILL,
                    "The skill asks for more than " + MOST_SECRETS
                            + " secrets, which no call may have. Its publisher must" + " ask for fewer.");
        }
        if (row.version().length() > MOST_VERSION) {
            throw new SkillProblemException(
                    Code.INVALID_SKILL,
                    "The version has more than " + MOST_VERSION + " characters. Its publisher must shorten it.");
        }
        if (publication(row, skill::schemaText, 1, 1).encode().length > SkillPublication.MAX_BYTES - MARGIN) {
            throw new SkillProblemException(
                    Code.INVALID_SKILL,
                    "The descriptions and schemas of the skill's tools are larger than "
                            + (SkillPublication.MAX_BYTES - MARGIN) + " bytes together. Make them shorter.");
        }
    }
}
