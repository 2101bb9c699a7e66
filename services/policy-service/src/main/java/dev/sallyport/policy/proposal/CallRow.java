package dev.sallyport.policy.proposal;

import dev.sallyport.policy.permit.SandboxTerms;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.StatementJson;
import dev.sallyport.statements.WireName;
import dev.sallyport.statements.predicate.Decision;
import dev.sallyport.statements.predicate.Proposal;
import dev.sallyport.statements.predicate.RuleRef;
import dev.sallyport.statements.vocabulary.ApproverRole;
import dev.sallyport.statements.vocabulary.CallOutcome;
import dev.sallyport.statements.vocabulary.Tier;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;

/** A call as a row of {@code proposal}: reads it, and writes its progress. */
final class CallRow {
    private static final int PROPOSAL_VERSION = 1;

    private final ResultSet row;

    private CallRow(ResultSet row) {
        this.row = row;
    }

    /**
     * The call in the present row.
     *
     * @param fleetId the fleet that this service belongs to, and so every call here
     */
    static Call read(ResultSet row, String fleetId) throws SQLException {
        CallRow call = new CallRow(row);
        return new Call(call.proposal(fleetId), call.decision(), call.required("proposed_digest"), call.progress());
    }

    private Proposal proposal(String fleetId) throws SQLException {
        return new Proposal(
                PROPOSAL_VERSION,
                fleetId,
                row.getString("workspace_id"),
                row.getString("proposal_id"),
                row.getString("principal"),
                texts("accountable"),
                row.getString("device"),
                row.getString("channel"),
                row.getString("session"),
                row.getString("run"),
                row.getString("tool"),
                row.getString("tool_version"),
                digest("tool_digest"),
                row.getString("skill"),
                required("args_digest"),
                texts("secrets"),
                texts("egress_hosts"),
                Objects.requireNonNull(instant("created_at")));
    }

    private Decision decision() throws SQLException {
        List<String> ids = texts("rule_ids");
        Object[] digests = (Object[]) row.getArray("rule_digests").getArray();
        List<RuleRef> rules = new ArrayList<>();
        for (int i = 0; i < ids.size(); i++) {
            rules.add(new RuleRef(ids.get(i), Digest.ofRaw((byte[]) digests[i])));
        }
        return new Decision(
                Decision.Outcome.valueOf(row.getString("decision_outcome")),
                row.getString("decision_code"),
                rules,
                digest("policy_set"),
                digest("request_hash"),
                null);
    }

    private Progress progress() throws SQLException {
        return new Progress(
                Phase.valueOf(row.getString("phase")),
                row.getString("code"),
                question(),
                digest("approval_resolved_digest"),
                permit(),
                stop(),
                end());
    }

    private @Nullable ApprovalQuestion question() throws SQLException {
        String approvalId = row.getString("approval_id");
        return approvalId == null
                ? null
                : new ApprovalQuestion(
                        approvalId,
                        Objects.requireNonNull(instant("approval_expires_at")),
                        WireName.find(ApproverRole.class, row.getString("approver_role"))
                                .orElseThrow(),
                        row.getInt("quorum"),
                        row.getBoolean("four_eyes"),
                        required("prompt_digest"),
                        required("approval_requested_digest"),
                        texts("approver_groups"),
                        sandbox());
    }

    private @Nullable SandboxTerms sandbox() throws SQLException {
        String json = row.getString("shown_sandbox");
        return json == null ? null : StatementJson.STRICT.readValue(json, SandboxTerms.class);
    }

    private @Nullable PermitInForce permit() throws SQLException {
        int cut = row.getInt("cut");
        String pool = row.getString("permit_pool");
        return cut == 0
                ? null
                : new PermitInForce(
                        required("permit_digest"),
                        cut,
                        Objects.requireNonNull(instant("permit_not_after")),
                        Objects.requireNonNull(instant("start_by")),
                        pool == null
                                ? null
                                : new PermitInForce.Demand(pool, Tier.valueOf(row.getString("permit_tier"))),
                        digest("permit_policy_set"));
    }

    private Progress.@Nullable Stop stop() throws SQLException {
        String reason = row.getString("stop_reason");
        return reason == null ? null : new Progress.Stop(StopReason.valueOf(reason), required("stop_statement"));
    }

    private Progress.@Nullable End end() throws SQLException {
        String outcome = row.getString("outcome");
        return outcome == null
                ? null
                : new Progress.End(CallOutcome.valueOf(outcome), Objects.requireNonNull(instant("ended_at")));
    }

    private List<String> texts(String column) throws SQLException {
        return List.of((String[]) row.getArray(column).getArray());
    }

    private Digest required(String column) throws SQLException {
        return Objects.requireNonNull(digest(column), column);
    }

    private @Nullable Digest digest(String column) throws SQLException {
        byte[] bytes = row.getBytes(column);
        return bytes == null ? null : Digest.ofRaw(bytes);
    }

    private @Nullable Instant instant(String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    /** Binds every column of {@code proposal} that changes. */
    static StatementSpec bind(StatementSpec sql, Progress progress) {
        ApprovalQuestion question = progress.question();
        PermitInForce permit = progress.permit();
        PermitInForce.Demand demand = permit == null ? null : permit.demand();
        Progress.Stop stop = progress.stop();
        Progress.End end = progress.end();
        return sql.param("phase", progress.phase().name())
                .param("outcome", end == null ? null : end.outcome().name(), Types.VARCHAR)
                .param("code", progress.code(), Types.VARCHAR)
                .param("approval_id", question == null ? null : question.approvalId(), Types.VARCHAR)
                .param(
                        "approval_expires_at",
                        question == null ? null : time(question.expiresAt()),
                        Types.TIMESTAMP_WITH_TIMEZONE)
                .param(
                        "approver_role",
                        question == null ? null : question.approverRole().wire(),
                        Types.VARCHAR)
                .param(
                        "approver_groups",
                        question == null
                                ? new String[0]
                                : question.approverGroups().toArray(String[]::new))
                .param("quorum", question == null ? null : question.quorum(), Types.INTEGER)
                .param("four_eyes", question != null && question.fourEyes())
                .param("prompt_digest", question == null ? null : bytes(question.promptDigest()), Types.BINARY)
                .param("shown_sandbox", question == null ? null : json(question.sandbox()), Types.VARCHAR)
                .param("approval_requested_digest", question == null ? null : bytes(question.statement()), Types.BINARY)
                .param("approval_resolved_digest", bytes(progress.approval()), Types.BINARY)
                .param("permit_digest", permit == null ? null : bytes(permit.statement()), Types.BINARY)
                .param("cut", progress.cut())
                .param(
                        "permit_not_after",
                        permit == null ? null : time(permit.notAfter()),
                        Types.TIMESTAMP_WITH_TIMEZONE)
                .param("start_by", permit == null ? null : time(permit.startBy()), Types.TIMESTAMP_WITH_TIMEZONE)
                .param("permit_pool", demand == null ? null : demand.pool(), Types.VARCHAR)
                .param("permit_tier", demand == null ? null : demand.tier().name(), Types.VARCHAR)
                .param("permit_policy_set", permit == null ? null : bytes(permit.policySet()), Types.BINARY)
                .param("stop_reason", stop == null ? null : stop.reason().name(), Types.VARCHAR)
                .param("stop_statement", stop == null ? null : bytes(stop.because()), Types.BINARY)
                .param("ended_at", end == null ? null : time(end.at()), Types.TIMESTAMP_WITH_TIMEZONE);
    }

    private static @Nullable String json(@Nullable SandboxTerms sandbox) {
        return sandbox == null ? null : StatementJson.tree(sandbox).toString();
    }

    static byte @Nullable [] bytes(@Nullable Digest digest) {
        return digest == null ? null : digest.bytes();
    }

    static OffsetDateTime time(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
