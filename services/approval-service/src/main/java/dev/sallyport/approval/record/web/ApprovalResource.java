package dev.sallyport.approval.record.web;

import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.sallyport.approval.record.ApprovalRecord;
import dev.sallyport.approval.record.Resolution;
import dev.sallyport.statements.StatementJson;
import dev.sallyport.statements.record.Detail;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A record on the wire.
 *
 * @param prompt the prompt's exact JSON; null in lists and once forgotten
 * @param promptSalt the 32 random bytes before it in base64, null where the prompt is: the SHA-256 of both, one after
 *     the other, is {@code prompt_digest}
 */
record ApprovalResource(
        String approvalId,
        String proposalId,
        String workspaceId,
        String tool,
        String subject,
        List<String> capabilities,
        String principal,
        List<String> accountable,
        @Nullable String device,
        String channel,
        String sessionId,
        String runId,
        String summary,
        @JsonRawValue @Nullable String prompt,
        @Nullable String promptSalt,
        String promptDigest,
        RiskResource risk,
        List<String> rules,
        String policySet,
        ObligationsResource obligations,
        String state,
        String code,
        String requestedAt,
        String expiresAt,
        @Nullable String resolvedAt,
        List<ResolutionResource> resolutions) {

    record RiskResource(String level, String rule) {}

    record ObligationsResource(String approverRole, int quorum, String assurance, boolean fourEyes) {}

    record ResolutionResource(
            String principal,
            List<String> roles,
            String authenticator,
            String method,
            String answer,
            String scope,
            String reason,
            boolean selfApproval,
            String at) {

        static ResolutionResource of(Resolution resolution) {
            return new ResolutionResource(
                    resolution.approver(),
                    resolution.roles(),
                    resolution.authenticator().wire(),
                    resolution.method().wire(),
                    resolution.decision().wire(),
                    resolution.scope().wire(),
                    resolution.reason(),
                    resolution.selfApproval(),
                    StatementJson.format(resolution.answeredAt()));
        }
    }

    static ApprovalResource withPrompt(ApprovalRecord record) {
        byte[] prompt = record.prompt();
        return prompt == null
                ? of(record, null, null)
                : of(
                        record,
                        new String(Detail.ofBytes(prompt).content(), StandardCharsets.UTF_8),
                        Base64.getEncoder()
                                .encodeToString(Detail.ofBytes(prompt).salt()));
    }

    static ApprovalResource withoutPrompt(ApprovalRecord record) {
        return of(record, null, null);
    }

    private static ApprovalResource of(ApprovalRecord record, @Nullable String prompt, @Nullable String promptSalt) {
        Instant resolvedAt = record.resolvedAt();
        return new ApprovalResource(
                record.id(),
                record.proposalId(),
                record.workspaceId(),
                record.tool(),
                record.subject(),
                record.capabilities(),
                record.principal(),
                record.accountable(),
                record.device(),
                record.channel(),
                record.sessionId(),
                record.runId(),
                record.summary(),
                prompt,
                promptSalt,
                record.promptDigest().hex(),
                new RiskResource(record.risk().level().wire(), record.risk().rule()),
                record.ruleIds(),
                record.policySet(),
                new ObligationsResource(
                        record.obligations().approverRole(),
                        record.obligations().quorum(),
                        record.obligations().assurance(),
                        record.obligations().fourEyes()),
                record.state().wire(),
                record.code(),
                StatementJson.format(record.requestedAt()),
                StatementJson.format(record.expiresAt()),
                resolvedAt == null ? null : StatementJson.format(resolvedAt),
                record.resolutions().stream().map(ResolutionResource::of).toList());
    }
}
