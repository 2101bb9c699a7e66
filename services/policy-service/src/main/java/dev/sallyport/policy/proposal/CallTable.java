package dev.sallyport.policy.proposal;

import dev.sallyport.policy.catalogue.ConfigListener;
import dev.sallyport.policy.proposal.decision.CallArguments;
import dev.sallyport.policy.proposal.decision.ProposedCall;
import dev.sallyport.servicekit.identity.IdentityInForce;
import dev.sallyport.statements.RunKey;
import dev.sallyport.statements.predicate.Decision;
import dev.sallyport.statements.predicate.Proposal;
import dev.sallyport.statements.predicate.RuleRef;
import dev.sallyport.statements.record.Detail;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The table {@code proposal}: a row is a call. It is inserted once, and from then on only its progress changes,
 * always with a line in its history. Others read it through this class and {@link CallsDue}.
 */
@Component
public class CallTable implements ConfigListener {
    /** All of a call but its large parts. */
    private static final String CALL = """
            proposal_id, workspace_id, principal, accountable, device, channel, session, run, tool, tool_version,
            tool_digest, skill, args_digest, secrets, egress_hosts, created_at, decision_outcome, decision_code, rule_ids,
            rule_digests, policy_set, request_hash, proposed_digest, phase, outcome, code, approval_id,
            approval_expires_at, approver_role, approver_groups, quorum, four_eyes, prompt_digest, shown_sandbox,
            approval_requested_digest, approval_resolved_digest, permit_digest, cut, permit_not_after, start_by, permit_pool, permit_tier,
            permit_policy_set, stop_reason, stop_statement, ended_at""";

    private static final String INSERT = """
            insert into proposal (proposal_id, workspace_id, principal, accountable, device, channel, session, run,
              tool, tool_version, tool_digest, skill, args_digest, arguments, secrets, egress_hosts, created_at,
              decision_outcome, decision_code, rule_ids, rule_digests, policy_set, request_hash, explanation,
              proposed_digest, token_id, phase, outcome, code, approval_id, approval_expires_at, approver_role,
              approver_groups, quorum, four_eyes, prompt_digest, shown_sandbox, approval_requested_digest, approval_resolved_digest, permit_digest, cut,
              permit_not_after, start_by, permit_pool, permit_tier, permit_policy_set, stop_reason, stop_statement,
              ended_at)
            values (:id, :workspace, :principal, :accountable, :device, :channel, :session, :run,
              :tool, :tool_version, :tool_digest, :skill, :args_digest, :arguments, :secrets, :egress_hosts, :created_at,
              :decision_outcome, :decision_code, :rule_ids, :rule_digests, :policy_set, :request_hash, :explanation,
              :proposed_digest, :token_id, :phase, :outcome, :code, :approval_id, :approval_expires_at, :approver_role,
              :approver_groups, :quorum, :four_eyes, :prompt_digest, :shown_sandbox::jsonb, :approval_requested_digest, :approval_resolved_digest,
              :permit_digest, :cut, :permit_not_after, :start_by, :permit_pool, :permit_tier, :permit_policy_set,
              :stop_reason, :stop_statement, :ended_at)""";

    private static final String ADVANCE = """
            update proposal set phase = :phase, outcome = :outcome, code = :code, approval_id = :approval_id,
              approval_expires_at = :approval_expires_at, approver_role = :approver_role,
              approver_groups = :approver_groups, quorum = :quorum,
              four_eyes = :four_eyes, prompt_digest = :prompt_digest, shown_sandbox = :shown_sandbox::jsonb,
              approval_requested_digest = :approval_requested_digest,
              approval_resolved_digest = :approval_resolved_digest, permit_digest = :permit_digest, cut = :cut,
              permit_not_after = :permit_not_after, start_by = :start_by, permit_pool = :permit_pool,
              permit_tier = :permit_tier, permit_policy_set = :permit_policy_set,
              stop_reason = :stop_reason, stop_statement = :stop_statement,
              ended_at = :ended_at, result = coalesce(:result, result)
            where proposal_id = :id""";

    private static final String FIND = "select " + CALL + " from proposal where proposal_id = :id";

    private static final String LOCK = FIND + " for update";

    /** An explanation of an allowed call tells nothing that its rules do not. */
    private static final String VIEW = "select " + CALL + ", result, denial_reason, coalesce(stop_explanation,"
            + " case when decision_outcome <> 'ALLOW' then explanation end) as explanation"
            + " from proposal where proposal_id = :id and workspace_id = :workspace";

    private static final String EXPLANATION =
            "select coalesce(stop_explanation, explanation) from proposal where proposal_id = :id";

    private static final String DECIDED = """
            select proposal_id, created_at, principal, tool, explanation from proposal
            where workspace_id = :workspace and created_at >= :from and created_at < :to and explanation is not null
              and proposal_id > :after
            order by proposal_id limit :limit""";

    private static final String EXPLANATION_OF_STOP =
            "select stop_explanation from proposal where proposal_id = :id and stop_explanation is not null";

    private static final String KEEP_EXPLANATION_OF_STOP =
            "update proposal set stop_explanation = :explanation where proposal_id = :id";

    /** Until the transaction ends, nobody else counts this principal's questions. */
    private static final String SERIALISE_QUESTIONS =
            "select pg_advisory_xact_lock(hashtextextended('questions ' || :workspace || ' ' || :principal, 0))";

    private static final String QUESTIONS = """
            select count(*) as of_principal, count(*) filter (where session = :session) as of_session
            from proposal where workspace_id = :workspace and principal = :principal and phase = 'APPROVE'""";

    private static final String ARGUMENTS = "select arguments from proposal where proposal_id = :id";

    private static final String DENIAL_REASON = "update proposal set denial_reason = :reason where proposal_id = :id";

    private static final String TOKEN_REVOKED = """
            select exists (select 1 from proposal p join api_token t on t.token_id = p.token_id
              where p.proposal_id = :id and t.revoked_at is not null)""";

    /** The permits of queued calls count as overdue: the next look decides about them again. */
    private static final String LOOK_AGAIN = """
            update proposal set permit_not_after = least(permit_not_after, now() - interval '1 millisecond')
            where workspace_id = :workspace and phase = 'QUEUE' and stop_reason is null""";

    private static final String NEWEST_OF_FILTER = """
              and proposal_id < :before
              and (cast(:session as text) is null or session = :session)
              and (cast(:run as text) is null or run = :run)
              and (cast(:tool as text) is null or tool = :tool)
              and (cast(:phase as text) is null or phase = :phase)
              and (cast(:outcome as text) is null or outcome = :outcome)
              and created_at >= :from and created_at < :to
            order by proposal_id desc limit :limit""";

    private static final String PAGE =
            "select " + CALL + " from proposal where workspace_id = :workspace" + NEWEST_OF_FILTER;

    private static final String PAGE_OF_PRINCIPAL = "select " + CALL
            + " from proposal where workspace_id = :workspace and principal = :principal" + NEWEST_OF_FILTER;

    private static final String FORGET_BYTES = """
            update proposal set arguments = null, explanation = null, stop_explanation = null, result = null,
              denial_reason = null
            where proposal_id in (select proposal_id from proposal
              where phase = 'DONE' and arguments is not null and ended_at < now() - make_interval(secs => :kept)
              limit :most)""";

    private static final String ERASE_BYTES = """
            update proposal set arguments = null, explanation = null, stop_explanation = null, result = null,
              denial_reason = null
            where proposal_id = :id and phase = 'DONE' and arguments is not null""";

    private static final String ERASE_BYTES_OF_PRINCIPAL = """
            update proposal set arguments = null, explanation = null, stop_explanation = null, result = null,
              denial_reason = null
            where proposal_id in (select proposal_id from proposal
              where workspace_id = :workspace and principal = :principal
                and phase = 'DONE' and arguments is not null
              limit :most)""";

    private static final String IS_OPEN = "select phase <> 'DONE' from proposal where proposal_id = :id";

    private static final String OPEN_OF_PRINCIPAL = """
            select count(*) from proposal
            where workspace_id = :workspace and principal = :principal and phase <> 'DONE'""";

    private static final String ENDED_BEFORE = """
            select proposal_id from proposal
            where phase = 'DONE' and ended_at < now() - make_interval(secs => :kept) limit :most""";

    private static final String FORGET = "delete from proposal where proposal_id = any(:ids) and phase = 'DONE'";

    private final JdbcClient jdbc;
    private final CallHistory history;
    private final String fleetId;

    /**
     * A decision on a proposal, with all that policies saw.
     *
     * @param proposalId the call
     * @param at when it was proposed
     * @param principal who asked
     * @param tool for what
     * @param explanation of the decision, canonical JSON; it holds the request
     */
    public record RecordedDecision(String proposalId, Instant at, String principal, String tool, String explanation) {}

    CallTable(JdbcClient jdbc, CallHistory history, IdentityInForce identity) {
        this.jdbc = jdbc;
        this.history = history;
        this.fleetId = identity.trust().fleetId();
    }

    /**
     * What was allowed may not be allowed any more. A permit that nobody has claimed is not left to its time: the call is
     * decided again at the next look, and stopped or permitted anew.
     */
    @Override
    public void configChanged(String workspaceId) {
        jdbc.sql(LOOK_AGAIN).param("workspace", workspaceId).update();
    }

    /**
     * A new call, after its first step.
     *
     * @param tokenId the token that proposed it; null for a certificate
     */
    void insert(Call call, Detail arguments, Detail explanation, @Nullable String tokenId) {
        Proposal proposal = call.proposal();
        Decision decision = call.decision();
        CallRow.bind(jdbc.sql(INSERT), call.progress())
                .param("id", call.id())
                .param("workspace", proposal.workspaceId())
                .param("principal", proposal.principal())
                .param("accountable", texts(proposal.accountable()))
                .param("device", proposal.device(), Types.VARCHAR)
                .param("channel", proposal.channel())
                .param("session", proposal.session())
                .param("run", proposal.run())
                .param("tool", proposal.tool())
                .param("tool_version", proposal.toolVersion(), Types.VARCHAR)
                .param("tool_digest", CallRow.bytes(proposal.toolDigest()), Types.BINARY)
                .param("skill", proposal.skill(), Types.VARCHAR)
                .param("args_digest", proposal.argsDigest().bytes())
                .param("arguments", arguments.bytes())
                .param("secrets", texts(proposal.secrets()))
                .param("egress_hosts", texts(proposal.egressHosts()))
                .param("created_at", CallRow.time(proposal.createdAt()))
                .param("decision_outcome", decision.outcome().name())
                .param("decision_code", decision.code())
                .param(
                        "rule_ids",
                        texts(decision.rules().stream().map(RuleRef::id).toList()))
                .param(
                        "rule_digests",
                        decision.rules().stream()
                                .map(rule -> rule.digest().bytes())
                                .toArray(byte[][]::new))
                .param("policy_set", CallRow.bytes(decision.policySet()), Types.BINARY)
                .param("request_hash", CallRow.bytes(decision.requestHash()), Types.BINARY)
                .param("explanation", explanation.bytes())
                .param("proposed_digest", call.statement().bytes())
                .param("token_id", tokenId, Types.VARCHAR)
                .update();
        history.append(call.id(), call.progress().state());
    }

    /** Stores a step of a call, and notes the state in its history if the step changed it or cut a permit. */
    Call advance(Call call, Progress next) {
        return advance(call, next, null);
    }

    /**
     * Stores a step as {@link #advance(Call, Progress)}, with what came out of the call.
     *
     * @param result canonical JSON; null leaves what is there
     */
    Call advance(Call call, Progress next, byte @Nullable [] result) {
        CallRow.bind(jdbc.sql(ADVANCE), next)
                .param("id", call.id())
                .param("result", result, Types.BINARY)
                .update();
        Progress before = call.progress();
        if (!next.state().equals(before.state()) || next.cut() != before.cut()) {
            history.append(call.id(), next.state());
        }
        return call.with(next);
    }

    /** Keeps why a person denied a call. */
    void keepDenialReason(String proposalId, String reason) {
        jdbc.sql(DENIAL_REASON).param("id", proposalId).param("reason", reason).update();
    }

    /** The call as it is now. */
    public Optional<Call> find(String proposalId) {
        return jdbc.sql(FIND).param("id", proposalId).query(this::call).optional();
    }

    /** The call, with its row held until the transaction ends: steps of one call follow one another. */
    public Optional<Call> lock(String proposalId) {
        return jdbc.sql(LOCK).param("id", proposalId).query(this::call).optional();
    }

    /** Whether the token that proposed the call has been revoked since. */
    public boolean tokenRevoked(Call call) {
        return jdbc.sql(TOKEN_REVOKED)
                .param("id", call.id())
                .query(Boolean.class)
                .single();
    }

    /** The call as it was proposed. */
    public ProposedCall proposed(Call call) {
        byte[] arguments = jdbc.sql(ARGUMENTS)
                .param("id", call.id())
                .query((rs, n) -> rs.getBytes(1))
                .single();
        return new ProposedCall(call.proposal(), CallArguments.stored(Detail.ofBytes(arguments)));
    }

    Optional<CallView> view(String workspaceId, String proposalId) {
        return jdbc.sql(VIEW)
                .param("id", proposalId)
                .param("workspace", workspaceId)
                .query((rs, n) -> new CallView(
                        call(rs, n),
                        contentOrNull(rs.getBytes("explanation")),
                        textOrNull(rs.getBytes("result")),
                        rs.getString("denial_reason")))
                .optional();
    }

    /** Why the call was decided as it last was; empty when it is no longer kept. */
    Optional<String> explanation(String proposalId) {
        return jdbc.sql(EXPLANATION)
                .param("id", proposalId)
                .query((rs, n) -> Optional.ofNullable(contentOrNull(rs.getBytes(1))))
                .single();
    }

    /**
     * The decisions on the proposals of a workspace within a time, whose explanations are still kept, in the order of
     * their ids.
     *
     * @param after the id behind which to go on; empty for the first
     * @param most how many
     */
    public List<RecordedDecision> decided(String workspaceId, Instant from, Instant to, String after, int most) {
        return jdbc.sql(DECIDED)
                .param("workspace", workspaceId)
                .param("from", from.atOffset(ZoneOffset.UTC))
                .param("to", to.atOffset(ZoneOffset.UTC))
                .param("after", after)
                .param("limit", most)
                .query((rs, n) -> new RecordedDecision(
                        rs.getString("proposal_id"),
                        rs.getObject("created_at", OffsetDateTime.class).toInstant(),
                        rs.getString("principal"),
                        rs.getString("tool"),
                        new String(Detail.ofBytes(rs.getBytes("explanation")).content(), StandardCharsets.UTF_8)))
                .list();
    }

    /** Why the call was not permitted any more after all. */
    Optional<Detail> explanationOfStop(String proposalId) {
        return jdbc.sql(EXPLANATION_OF_STOP)
                .param("id", proposalId)
                .query((rs, n) -> Detail.ofBytes(rs.getBytes(1)))
                .optional();
    }

    void keepExplanationOfStop(String proposalId, Detail explanation) {
        jdbc.sql(KEEP_EXPLANATION_OF_STOP)
                .param("id", proposalId)
                .param("explanation", explanation.bytes())
                .update();
    }

    /**
     * Questions that wait for people.
     *
     * @param ofPrincipal about calls of one principal
     * @param ofSession of these, about calls of one session
     */
    public record Questions(int ofPrincipal, int ofSession) {}

    /** What people are being asked about a principal's calls. Until the transaction ends, nothing is added to it. */
    public Questions questions(RunKey run) {
        jdbc.sql(SERIALISE_QUESTIONS)
                .param("workspace", run.workspaceId())
                .param("principal", run.principal())
                .query()
                .singleRow();
        return jdbc.sql(QUESTIONS)
                .param("workspace", run.workspaceId())
                .param("principal", run.principal())
                .param("session", run.session())
                .query((rs, n) -> new Questions(rs.getInt("of_principal"), rs.getInt("of_session")))
                .single();
    }

    /** The newest calls of a workspace before this id, as far as the filter takes them. */
    List<Call> page(String workspaceId, ProposalQueries.Filter filter, String before, int limit) {
        return page(jdbc.sql(PAGE), workspaceId, filter, before, limit);
    }

    /** The newest calls of a principal before this id, as far as the filter takes them. */
    List<Call> page(String workspaceId, String principal, ProposalQueries.Filter filter, String before, int limit) {
        return page(jdbc.sql(PAGE_OF_PRINCIPAL).param("principal", principal), workspaceId, filter, before, limit);
    }

    private List<Call> page(
            JdbcClient.StatementSpec sql, String workspaceId, ProposalQueries.Filter filter, String before, int limit) {
        return sql.param("workspace", workspaceId)
                .param("before", before)
                .param("limit", limit)
                .param("session", filter.session(), Types.VARCHAR)
                .param("run", filter.run(), Types.VARCHAR)
                .param("tool", filter.tool(), Types.VARCHAR)
                .param("phase", filter.phase() == null ? null : filter.phase().name(), Types.VARCHAR)
                .param(
                        "outcome",
                        filter.outcome() == null ? null : filter.outcome().name(),
                        Types.VARCHAR)
                .param("from", CallRow.time(filter.from()))
                .param("to", CallRow.time(filter.to()))
                .query(this::call)
                .list();
    }

    /** Forgets arguments, explanations and results of calls that ended longer ago than this; how many at most, and were. */
    public int forgetBytes(Duration kept, int most) {
        return jdbc.sql(FORGET_BYTES)
                .param("kept", kept.toSeconds())
                .param("most", most)
                .update();
    }

    /** Forgets arguments, explanation and result of a call that has ended; whether there were any, as 0 or 1. */
    public int eraseBytes(String proposalId) {
        return jdbc.sql(ERASE_BYTES).param("id", proposalId).update();
    }

    /** The same of the calls of a principal; how many at most, and were. */
    public int eraseBytes(String workspaceId, String principal, int most) {
        return jdbc.sql(ERASE_BYTES_OF_PRINCIPAL)
                .param("workspace", workspaceId)
                .param("principal", principal)
                .param("most", most)
                .update();
    }

    /** Whether the call, which must exist, has not ended. */
    public boolean isOpen(String proposalId) {
        return jdbc.sql(IS_OPEN).param("id", proposalId).query(Boolean.class).single();
    }

    /** How many calls of a principal have not ended. */
    public int open(String workspaceId, String principal) {
        return jdbc.sql(OPEN_OF_PRINCIPAL)
                .param("workspace", workspaceId)
                .param("principal", principal)
                .query(Integer.class)
                .single();
    }

    /** Calls that ended longer ago than this. */
    public List<String> endedBefore(Duration kept, int most) {
        return jdbc.sql(ENDED_BEFORE)
                .param("kept", kept.toSeconds())
                .param("most", most)
                .query(String.class)
                .list();
    }

    /** Forgets calls that have ended. Nothing about them may be kept any more. */
    public void forget(List<String> proposalIds) {
        jdbc.sql(FORGET).param("ids", texts(proposalIds)).update();
    }

    private Call call(ResultSet row, int number) throws SQLException {
        return CallRow.read(row, fleetId);
    }

    private static String[] texts(List<String> texts) {
        return texts.toArray(String[]::new);
    }

    private static @Nullable String contentOrNull(byte @Nullable [] detail) {
        return detail == null ? null : content(detail);
    }

    private static String content(byte[] detail) {
        return new String(Detail.ofBytes(detail).content(), StandardCharsets.UTF_8);
    }

    private static @Nullable String textOrNull(byte @Nullable [] utf8) {
        return utf8 == null ? null : new String(utf8, StandardCharsets.UTF_8);
    }
}
