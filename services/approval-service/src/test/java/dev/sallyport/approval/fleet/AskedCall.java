package dev.sallyport.approval.fleet;

import static dev.sallyport.statements.sample.SampleStep.ENDED;
import static dev.sallyport.statements.sample.SampleStep.REQUESTED;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.WireName;
import dev.sallyport.statements.approver.SignedAnswer;
import dev.sallyport.statements.predicate.ApprovalRequested;
import dev.sallyport.statements.predicate.Decision;
import dev.sallyport.statements.predicate.Obligations;
import dev.sallyport.statements.predicate.Risk;
import dev.sallyport.statements.predicate.RuleRef;
import dev.sallyport.statements.prompt.Prompt;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.sample.SampleCall;
import dev.sallyport.statements.sample.SampleStep;
import dev.sallyport.statements.sample.SampleTerms;
import dev.sallyport.statements.vocabulary.ApprovalScope;
import dev.sallyport.statements.vocabulary.ApproverRole;
import dev.sallyport.statements.vocabulary.Assurance;
import dev.sallyport.statements.vocabulary.CallOutcome;
import dev.sallyport.statements.vocabulary.Severity;
import dev.sallyport.testkit.signing.FleetSigners;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** A call that needs an answer, with every statement about it as policy-service would sign it. */
public final class AskedCall {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    public final String workspaceId;
    public final String approvalId;
    public final String proposalId;
    public final Digest promptDigest;
    private final SampleCall call;
    private final Consumer<SampleTerms> changes;

    private AskedCall(SampleCall call, Consumer<SampleTerms> changes) {
        this.call = call;
        this.changes = changes;
        workspaceId = call.terms().workspace;
        approvalId = call.terms().approvalId;
        proposalId = call.id();
        promptDigest = call.terms().prompt.digest();
    }

    /** A call in this workspace, harmless unless more is said. */
    public static Builder in(String workspaceId) {
        return new Builder(workspaceId);
    }

    /** A fresh workspace id, so that no test sees another's records. */
    public static String freshWorkspace() {
        return SampleTerms.freshId();
    }

    /** What a person signs who says yes to this call alone. */
    public SignedAnswer yes() {
        return new SignedAnswer(
                approvalId, call.subject().digest(), promptDigest, "approved", ApprovalScope.ONCE, null);
    }

    /** The request as it comes over Kafka. */
    public StatementRecord request() {
        return call.record(REQUESTED);
    }

    /** The call's end, as policy-service states it. */
    public StatementRecord ended() {
        return call.record(ENDED);
    }

    /** The end of the call after it ran, as policy-service states it; the node says that it exited with 0. */
    public StatementRecord ran() {
        return FleetSigners.call(terms -> {
                    changes.accept(terms);
                    terms.id = proposalId;
                    terms.approvalId = approvalId;
                    terms.ends(CallOutcome.SUCCEEDED, "OK", SampleStep.EXECUTED);
                })
                .record(ENDED);
    }

    /** What a call may be varied in. */
    public static final class Builder {
        private final List<Consumer<SampleTerms>> changes = new ArrayList<>();
        private String summary = "Run the program cp with 2 arguments";
        private String arguments = "{\"args\":[\"report.txt\",\"backup/report.txt\"],\"executable\":\"cp\"}";
        private String rationale = "";
        private ApproverRole role = ApproverRole.OPERATOR;
        private Assurance assurance = Assurance.SESSION;
        private int quorum = 1;
        private boolean fourEyes;
        private String tier = "C";
        private long memoryBytes = 256L << 20;
        private @Nullable String forger;

        private Builder(String workspaceId) {
            with(terms -> {
                terms.workspace = workspaceId;
                terms.tool = "process.run";
                terms.ends(CallOutcome.CANCELLED, "CANCELLED", REQUESTED);
            });
        }

        private Builder with(Consumer<SampleTerms> change) {
            changes.add(change);
            return this;
        }

        public Builder askedBy(String who) {
            return with(terms -> terms.principal = who);
        }

        public Builder showing(String oneLine, String exactArguments) {
            this.summary = oneLine;
            this.arguments = exactArguments;
            return this;
        }

        public Builder inSession(String session) {
            return with(terms -> terms.session = session);
        }

        /** Offers answers for further calls too. */
        public Builder offeringMore() {
            return with(terms ->
                    terms.options = List.of("allow_once", "allow_session", "allow_time", "deny", "deny_session"));
        }

        /** Offers answers for this call alone. */
        public Builder offeringOnce() {
            return with(terms -> terms.options = List.of("allow_once", "deny"));
        }

        public Builder ofToolVersion(String version) {
            return with(terms -> terms.toolVersion = version);
        }

        /** Asked for by a rule of the same id with another text. */
        public Builder byAnotherRule() {
            return with(terms -> terms.rule = new RuleRef(terms.rule.id(), Digest.of(new byte[] {9})));
        }

        public Builder saying(String why) {
            this.rationale = why;
            return this;
        }

        /** What will hold it, as people are shown it. */
        public Builder heldBy(String sandboxTier, long mostMemory) {
            this.tier = sandboxTier;
            this.memoryBytes = mostMemory;
            return this;
        }

        public Builder risk(String level) {
            return with(
                    terms -> terms.risk = WireName.find(Severity.class, level).orElseThrow());
        }

        public Builder forRole(String approverRole) {
            this.role = WireName.find(ApproverRole.class, approverRole).orElseThrow();
            return this;
        }

        public Builder quorum(int people) {
            this.quorum = people;
            return this;
        }

        public Builder ofGroup(String group, String... members) {
            return with(terms -> terms.group = new ApprovalRequested.Group(List.of(group), List.of(members)));
        }

        /** A group, and another one that is asked too after a while. */
        public Builder ofGroups(String group, String member, Duration after, String next, String nextMember) {
            return with(terms -> terms.group = new ApprovalRequested.Group(
                    List.of(group),
                    List.of(member),
                    new ApprovalRequested.Escalation(after.toSeconds(), List.of(next), List.of(nextMember))));
        }

        public Builder fourEyes(String... accountablePeople) {
            this.fourEyes = true;
            return accountable(accountablePeople);
        }

        public Builder accountable(String... people) {
            return with(terms -> terms.accountable = List.of(people));
        }

        public Builder timeout(Duration until) {
            return with(terms -> terms.askedFor = until);
        }

        public Builder assurance(String how) {
            this.assurance = WireName.find(Assurance.class, how).orElseThrow();
            return this;
        }

        /** Takes the id of another question. */
        public Builder withIdOf(AskedCall other) {
            return with(terms -> terms.approvalId = other.approvalId);
        }

        /** Lets another service state the request, with its own key. */
        public Builder forgedBy(String service) {
            this.forger = service;
            return this;
        }

        /** The end of a call in this workspace that nobody is asked about. */
        public StatementRecord endOfAnAllowedCall() {
            return FleetSigners.call(terms -> {
                        changes.forEach(change -> change.accept(terms));
                        terms.decided(Decision.Outcome.ALLOW, "ALLOWED");
                        terms.ends(CallOutcome.CANCELLED, "CANCELLED", SampleStep.PROPOSED);
                    })
                    .record(ENDED);
        }

        /** The call. */
        public AskedCall build() {
            SampleCall call = FleetSigners.call(this::say);
            return new AskedCall(forger == null ? call : call.saidBy(REQUESTED, forger), this::say);
        }

        private void say(SampleTerms terms) {
            changes.forEach(change -> change.accept(terms));
            long seconds = Math.max(1, terms.askedFor.toSeconds());
            terms.obligations = new Obligations(role, quorum, seconds, assurance, fourEyes);
            terms.args = SampleTerms.detail(arguments);
            terms.prompt = Detail.of(prompt(terms).write());
        }

        private Prompt prompt(SampleTerms terms) {
            String rule = terms.rule.id();
            Map<String, Long> limits =
                    Map.of("wall_ms", 30_000L, "memory_bytes", memoryBytes, "processes", 64L, "output_bytes", 1L << 20);
            return new Prompt(
                    summary,
                    new Prompt.Tool(terms.tool, terms.toolVersion, JSON.readTree(arguments), List.of("process_exec")),
                    null,
                    new Prompt.Caller(terms.principal, "api", terms.session, "run-1"),
                    List.of(new Prompt.Rule(rule, "Sensitive tools need a person's yes.")),
                    new Risk(terms.risk, rule),
                    new Prompt.Sandbox(tier, "strict", List.of(), new TreeMap<>(limits)),
                    List.of(),
                    rationale);
        }
    }
}
