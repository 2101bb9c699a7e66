package dev.sallyport.policy.proposal;

import dev.sallyport.policy.budget.RunBudgets;
import dev.sallyport.policy.engine.RuleIdentity;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.WireName;
import dev.sallyport.statements.predicate.ApproverRole;
import dev.sallyport.statements.predicate.CallOutcome;
import dev.sallyport.statements.predicate.Decision;
import dev.sallyport.statements.predicate.ExecutionPermit;
import dev.sallyport.statements.predicate.Proposal;
import dev.sallyport.statements.predicate.Tier;
import dev.sallyport.statements.record.Detail;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/**
 * A tool call from its proposal to its one end. Whatever order statements arrive in, phases only move forward, an end is
 * final, and what comes late changes nothing.
 */
@Entity
@Table(name = "proposal")
@SuppressWarnings({"NullAway.Init", "UnusedVariable"}) // Hibernate fills the fields; some are for queries only.
class ToolProposal {
    @Id
    private String proposalId;

    private String workspaceId;
    private String principal;
    private String principalKind;

    @JdbcTypeCode(SqlTypes.ARRAY)
    private List<String> accountable;

    private @Nullable String device;
    private String channel;
    private String session;
    private String run;
    private String tool;
    private String toolVersion;
    private String toolDigest;
    private byte[] arguments;

    @JdbcTypeCode(SqlTypes.ARRAY)
    private List<String> secrets;

    @JdbcTypeCode(SqlTypes.ARRAY)
    private List<String> egressHosts;

    @JdbcTypeCode(SqlTypes.ARRAY)
    private List<String> capabilities;

    private boolean sensitive;
    private Instant createdAt;

    @Enumerated(EnumType.STRING)
    private Decision.Outcome decisionOutcome;

    private String decisionCode;

    @JdbcTypeCode(SqlTypes.ARRAY)
    private List<String> ruleIds;

    @JdbcTypeCode(SqlTypes.ARRAY)
    private List<String> ruleDigests;

    private String policySet;
    private String requestHash;
    private byte[] explanation;

    @Enumerated(EnumType.STRING)
    private Phase phase = Phase.DECIDE;

    @Enumerated(EnumType.STRING)
    private @Nullable CallOutcome outcome;

    private @Nullable String code;
    private @Nullable String approvalId;
    private @Nullable Instant approvalExpiresAt;
    private @Nullable String approverRole;
    private @Nullable Integer quorum;
    private boolean fourEyes;
    private @Nullable String promptDigest;
    private String proposedDigest;
    private @Nullable String approvalRequestedDigest;
    private @Nullable String approvalResolvedDigest;
    private @Nullable String permitDigest;
    private int cut;
    private @Nullable Instant permitNotAfter;
    private @Nullable Instant startBy;
    private @Nullable String permitPool;

    @Enumerated(EnumType.STRING)
    private @Nullable Tier permitTier;

    @Enumerated(EnumType.STRING)
    private @Nullable StopReason stopReason;

    private @Nullable String stopStatement;
    private byte @Nullable [] result;
    private @Nullable Instant endedAt;

    @Version
    private @Nullable Long version;

    /** For Hibernate. */
    protected ToolProposal() {}

    /** A proposal as decided; it waits for its first transition. */
    ToolProposal(
            Proposal proposal, String principalKind, Detail arguments, boolean sensitive, List<String> capabilities) {
        this.proposalId = proposal.proposalId();
        this.workspaceId = proposal.workspaceId();
        this.principal = proposal.principal();
        this.principalKind = principalKind;
        this.accountable = new ArrayList<>(proposal.accountable());
        this.device = proposal.device();
        this.channel = proposal.channel();
        this.session = proposal.session();
        this.run = proposal.run();
        this.tool = proposal.tool();
        this.toolVersion = proposal.toolVersion();
        this.toolDigest = proposal.toolDigest().hex();
        this.arguments = arguments.bytes();
        this.secrets = new ArrayList<>(proposal.secrets());
        this.egressHosts = new ArrayList<>(proposal.egressHosts());
        this.createdAt = proposal.createdAt();
        this.sensitive = sensitive;
        this.capabilities = new ArrayList<>(capabilities);
    }

    /** What was decided, and the statement that says so. */
    void decided(Decision decision, List<RuleIdentity> rules, Detail explanationDetail, Digest proposed) {
        this.decisionOutcome = decision.outcome();
        this.decisionCode = decision.code();
        this.ruleIds = new ArrayList<>(rules.stream().map(RuleIdentity::id).toList());
        this.ruleDigests =
                new ArrayList<>(rules.stream().map(rule -> rule.digest().hex()).toList());
        this.policySet = decision.policySet().hex();
        this.requestHash = decision.requestHash().hex();
        this.explanation = explanationDetail.bytes();
        this.proposedDigest = proposed.hex();
    }

    /** A human is asked. */
    void ask(ApprovalQuestion question, Digest requested) {
        require(phase == Phase.DECIDE, "is asked about once");
        phase = Phase.APPROVE;
        code = decisionCode;
        approvalId = question.approvalId();
        approvalExpiresAt = question.expiresAt();
        approverRole = question.approverRole().wire();
        quorum = question.quorum();
        fourEyes = question.fourEyes();
        promptDigest = question.promptDigest().hex();
        approvalRequestedDigest = requested.hex();
    }

    /** Humans said yes; kept as evidence for every permit of the call. */
    void approved(Digest resolved) {
        require(phase == Phase.APPROVE, "is not asked about");
        approvalResolvedDigest = resolved.hex();
    }

    /** A permit is out. What it waits for is still true after a further cut of the same terms. */
    void permitted(Digest digest, ExecutionPermit permit) {
        require(phase.compareTo(Phase.QUEUE) <= 0 && permit.cut() == cut + 1, "cannot get this permit");
        if (phase != Phase.QUEUE || !permit.pool().equals(permitPool) || permit.tier() != permitTier) {
            code = null;
        }
        phase = Phase.QUEUE;
        cut = permit.cut();
        permitDigest = digest.hex();
        permitNotAfter = permit.notAfter();
        startBy = permit.startBy();
        permitPool = permit.pool();
        permitTier = permit.tier();
    }

    /**
     * Nobody is there to claim a permit for that pool and tier, or somebody is again; false when that is no news of this
     * call.
     *
     * @param why null when nothing is missing
     */
    boolean waits(String pool, Tier tier, @Nullable String why) {
        if (phase != Phase.QUEUE || !pool.equals(permitPool) || tier != permitTier || Objects.equals(code, why)) {
            return false;
        }
        code = why;
        return true;
    }

    /** A node claimed it; false when it is further on already. */
    boolean started() {
        if (phase.compareTo(Phase.RUN) >= 0 || cut == 0) {
            return false;
        }
        phase = Phase.RUN;
        code = null;
        return true;
    }

    /** Somebody wants it stopped before it starts. The first reason stays. */
    void stopFor(StopReason reason, Digest because) {
        if (stopReason == null) {
            stopReason = reason;
            stopStatement = because.hex();
        }
    }

    /** Its end; false when it had ended before: then nothing changes. */
    boolean end(CallOutcome how, String why, Instant at, byte @Nullable [] answer) {
        if (phase == Phase.DONE) {
            return false;
        }
        phase = Phase.DONE;
        outcome = how;
        code = why;
        endedAt = at;
        result = answer;
        return true;
    }

    private void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalStateException("proposal " + proposalId + " in phase " + phase + " " + message);
        }
    }

    /** The proposal as statements carry it; its subject never changes. */
    Proposal proposal(String fleetId) {
        return new Proposal(
                1,
                fleetId,
                workspaceId,
                proposalId,
                principal,
                accountable,
                device,
                channel,
                session,
                run,
                tool,
                toolVersion,
                new Digest(toolDigest),
                null,
                Detail.ofBytes(arguments).digest(),
                secrets,
                egressHosts,
                createdAt);
    }

    /** The rules that determined the first decision; the ones an approval lifts. */
    List<RuleIdentity> rules() {
        List<RuleIdentity> rules = new ArrayList<>();
        for (int i = 0; i < ruleIds.size(); i++) {
            rules.add(new RuleIdentity(ruleIds.get(i), new Digest(ruleDigests.get(i))));
        }
        return rules;
    }

    /** Whose budget it counts against. */
    RunBudgets.Run budget() {
        return new RunBudgets.Run(workspaceId, principal, session, run);
    }

    CallState state() {
        return new CallState(phase, outcome, code);
    }

    /** What it waits for that is not there; null outside the queue and while a node may claim it. */
    @Nullable
    Waiting waiting() {
        if (phase != Phase.QUEUE || code == null || permitPool == null || permitTier == null) {
            return null;
        }
        return new Waiting(
                code, permitPool, permitTier.name(), WaitReason.valueOf(code).message(permitPool, permitTier));
    }

    boolean done() {
        return phase == Phase.DONE;
    }

    String proposalId() {
        return proposalId;
    }

    String workspaceId() {
        return workspaceId;
    }

    String principal() {
        return principal;
    }

    String principalKind() {
        return principalKind;
    }

    List<String> accountable() {
        return List.copyOf(accountable);
    }

    @Nullable
    String device() {
        return device;
    }

    String channel() {
        return channel;
    }

    String session() {
        return session;
    }

    String run() {
        return run;
    }

    String tool() {
        return tool;
    }

    String toolVersion() {
        return toolVersion;
    }

    Digest toolDigest() {
        return new Digest(toolDigest);
    }

    Detail arguments() {
        return Detail.ofBytes(arguments);
    }

    /** Names of the secrets, without the workspace. */
    List<String> secretNames() {
        String prefix = "vault://" + workspaceId + "/";
        return secrets.stream()
                .map(reference -> reference.substring(prefix.length()))
                .toList();
    }

    List<String> egressHosts() {
        return List.copyOf(egressHosts);
    }

    Instant createdAt() {
        return createdAt;
    }

    Decision.Outcome decisionOutcome() {
        return decisionOutcome;
    }

    String decisionCode() {
        return decisionCode;
    }

    Digest policySet() {
        return new Digest(policySet);
    }

    byte[] explanation() {
        return Detail.ofBytes(explanation).content();
    }

    Phase phase() {
        return phase;
    }

    @Nullable
    String approvalId() {
        return approvalId;
    }

    @Nullable
    Instant approvalExpiresAt() {
        return approvalExpiresAt;
    }

    ApproverRole approverRole() {
        return WireName.find(ApproverRole.class, Objects.requireNonNull(approverRole))
                .orElseThrow();
    }

    int quorum() {
        return quorum == null ? 1 : quorum;
    }

    boolean fourEyes() {
        return fourEyes;
    }

    @Nullable
    Digest promptDigest() {
        return digest(promptDigest);
    }

    Digest proposedDigest() {
        return new Digest(proposedDigest);
    }

    @Nullable
    Digest approvalRequestedDigest() {
        return digest(approvalRequestedDigest);
    }

    @Nullable
    Digest approvalResolvedDigest() {
        return digest(approvalResolvedDigest);
    }

    @Nullable
    Digest permitDigest() {
        return digest(permitDigest);
    }

    int cut() {
        return cut;
    }

    @Nullable
    Instant permitNotAfter() {
        return permitNotAfter;
    }

    @Nullable
    Instant startBy() {
        return startBy;
    }

    @Nullable
    StopReason stopReason() {
        return stopReason;
    }

    /** The statement for which it is stopped. */
    @Nullable
    Digest stopStatement() {
        return digest(stopStatement);
    }

    byte @Nullable [] result() {
        return result == null ? null : result.clone();
    }

    @Nullable
    Instant endedAt() {
        return endedAt;
    }

    private static @Nullable Digest digest(@Nullable String hex) {
        return hex == null ? null : new Digest(hex);
    }
}
