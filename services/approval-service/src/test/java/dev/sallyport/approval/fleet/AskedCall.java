package dev.sallyport.approval.fleet;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.WireName;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.json.CanonicalJson;
import dev.sallyport.statements.predicate.ApprovalRequested;
import dev.sallyport.statements.predicate.ApproverRole;
import dev.sallyport.statements.predicate.Assurance;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.AuditEvent;
import dev.sallyport.statements.predicate.CallOutcome;
import dev.sallyport.statements.predicate.Decision;
import dev.sallyport.statements.predicate.Issuance;
import dev.sallyport.statements.predicate.Link;
import dev.sallyport.statements.predicate.Obligations;
import dev.sallyport.statements.predicate.Predicate;
import dev.sallyport.statements.predicate.Proposal;
import dev.sallyport.statements.predicate.Risk;
import dev.sallyport.statements.predicate.RuleRef;
import dev.sallyport.statements.predicate.Severity;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.predicate.ToolProposed;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.record.SignedStatement;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.verify.StatementSigner;
import dev.sallyport.testkit.Forger;
import dev.sallyport.testkit.TestFleet;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A call that needs an answer, with every statement about it as policy-service would sign it. */
public final class AskedCall {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final AtomicLong NEXT = new AtomicLong(System.currentTimeMillis());
    private static final Digest SOME = Digest.of(new byte[] {1});

    public final String workspaceId;
    public final String approvalId;
    public final String proposalId = id();
    public final Digest promptDigest;
    private final Detail prompt;
    private final StatementSigner signer = FleetTls.signer("policy-service");
    private final SignedStatement proposed;
    private final SignedStatement requested;
    private final Proposal proposal;

    private AskedCall(Builder asked) {
        this.workspaceId = asked.workspaceId;
        this.approvalId = asked.approvalId;
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        Detail args = Detail.of(asked.arguments.getBytes(StandardCharsets.UTF_8));
        byte[] shown = CanonicalJson.write(prompt(asked));
        prompt = Detail.of(shown);
        promptDigest = prompt.digest();
        proposal = new Proposal(
                1,
                TestFleet.shared().trust().fleetId(),
                workspaceId,
                proposalId,
                asked.principal,
                asked.accountable,
                null,
                "api",
                "s1",
                "r1",
                asked.tool,
                "1",
                SOME,
                null,
                args.digest(),
                List.of(),
                List.of(),
                now);
        RuleRef rule = new RuleRef("baseline.sensitive", SOME);
        proposed = sign(new ToolProposed(
                issued(now),
                List.of(),
                proposal,
                args.ref(),
                List.of("process_exec"),
                true,
                new Decision(
                        Decision.Outcome.APPROVAL_REQUIRED,
                        "SENSITIVE_NEEDS_APPROVAL",
                        List.of(rule),
                        SOME,
                        SOME,
                        null)));
        ApprovalRequested asks = new ApprovalRequested(
                issued(
                        now,
                        asked.forger == null
                                ? signer.id()
                                : SpiffeId.service(signer.id().trustDomain(), asked.forger)),
                List.of(Link.to(StatementType.TOOL_PROPOSED, proposed.digest())),
                approvalId,
                List.of(rule),
                new Obligations(
                        WireName.find(ApproverRole.class, asked.role).orElseThrow(),
                        asked.quorum,
                        Math.max(1, asked.timeout.toSeconds()),
                        WireName.find(Assurance.class, asked.assurance).orElseThrow(),
                        asked.fourEyes),
                new Risk(WireName.find(Severity.class, asked.risk).orElseThrow(), "baseline.sensitive"),
                asked.principal,
                asked.accountable,
                prompt.ref(),
                now.plus(asked.timeout),
                List.of("allow_once", "deny"));
        requested = asked.forger == null
                ? sign(asks)
                : Forger.with(TestFleet.shared().identity(asked.forger)).sign(Statement.of(proposal.subject(), asks));
    }

    /** A call in this workspace, harmless unless more is said. */
    public static Builder in(String workspaceId) {
        return new Builder(workspaceId);
    }

    /** A fresh workspace id, so that no test sees another's records. */
    public static String freshWorkspace() {
        return id();
    }

    private static String id() {
        String digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
        long number = NEXT.incrementAndGet();
        char[] text = new char[26];
        for (int at = 25; at >= 0; at--) {
            text[at] = at < 12 ? (at == 0 ? '0' : '1') : digits.charAt((int) (number & 31));
            number = at < 12 ? number : number >>> 5;
        }
        return new String(text);
    }

    /** The request as it comes over Kafka. */
    public StatementRecord request() {
        return new StatementRecord(requested, List.of(proposed), List.of(prompt));
    }

    /** The call's end, as policy-service states it. */
    public StatementRecord ended() {
        SignedStatement ended = sign(new Audit(
                issued(Instant.now().truncatedTo(ChronoUnit.MILLIS)),
                List.of(Link.to(StatementType.APPROVAL_REQUESTED, requested.digest())),
                AuditEvent.CALL_ENDED,
                null,
                null,
                new Audit.Ended(CallOutcome.CANCELLED, "CANCELLED"),
                List.of(),
                Map.of()));
        return new StatementRecord(ended, List.of(requested, proposed), List.of());
    }

    private SignedStatement sign(Predicate predicate) {
        return signer.sign(Statement.of(proposal.subject(), predicate));
    }

    private Issuance issued(Instant at) {
        return issued(at, signer.id());
    }

    private Issuance issued(Instant at, SpiffeId by) {
        return new Issuance(TestFleet.shared().trust().fleetId(), workspaceId, by, at, null);
    }

    private static JsonNode prompt(Builder asked) {
        Map<String, Object> prompt = new LinkedHashMap<>();
        prompt.put("v", 1);
        prompt.put("tool", asked.tool);
        prompt.put("tool_version", "1");
        prompt.put("summary", asked.summary);
        prompt.put("arguments", JSON.readTree(asked.arguments));
        prompt.put("principal", asked.principal);
        prompt.put("session", "s1");
        prompt.put("run", "r1");
        prompt.put("channel", "api");
        prompt.put("capabilities", List.of("process_exec"));
        prompt.put("risk", Map.of("level", asked.risk, "rule", "baseline.sensitive"));
        prompt.put(
                "rules", List.of(Map.of("id", "baseline.sensitive", "reason", "Sensitive tools need a person's yes.")));
        prompt.put(
                "sandbox",
                Map.of(
                        "tier",
                        "C",
                        "egress",
                        "strict",
                        "hosts",
                        List.of(),
                        "limits",
                        Map.of(
                                "wall_ms",
                                30_000,
                                "memory_bytes",
                                256L << 20,
                                "processes",
                                64,
                                "output_bytes",
                                1 << 20)));
        prompt.put("secrets", List.of());
        if (!asked.rationale.isEmpty()) {
            prompt.put("rationale", asked.rationale);
        }
        return JSON.valueToTree(prompt);
    }

    /** What a call may be varied in. */
    public static final class Builder {
        private final String workspaceId;
        private String principal = "agent:demo";
        private String tool = "process.run";
        private String summary = "Run the program cp with 2 arguments";
        private String arguments = "{\"args\":[\"report.txt\",\"backup/report.txt\"],\"executable\":\"cp\"}";
        private String rationale = "";
        private String risk = "medium";
        private String role = "operator";
        private int quorum = 1;
        private boolean fourEyes;
        private List<String> accountable = List.of("person:owner");
        private Duration timeout = Duration.ofMinutes(5);
        private @Nullable String forger;
        private String assurance = "session";
        private String approvalId = id();

        private Builder(String workspaceId) {
            this.workspaceId = workspaceId;
        }

        public Builder askedBy(String who) {
            this.principal = who;
            return this;
        }

        public Builder showing(String oneLine, String exactArguments) {
            this.summary = oneLine;
            this.arguments = exactArguments;
            return this;
        }

        public Builder saying(String why) {
            this.rationale = why;
            return this;
        }

        public Builder risk(String level) {
            this.risk = level;
            return this;
        }

        public Builder forRole(String approverRole) {
            this.role = approverRole;
            return this;
        }

        public Builder quorum(int people) {
            this.quorum = people;
            return this;
        }

        public Builder fourEyes(String... accountablePeople) {
            this.fourEyes = true;
            this.accountable = List.of(accountablePeople);
            return this;
        }

        public Builder accountable(String... people) {
            this.accountable = List.of(people);
            return this;
        }

        public Builder timeout(Duration until) {
            this.timeout = until;
            return this;
        }

        public Builder assurance(String how) {
            this.assurance = how;
            return this;
        }

        /** Takes the id of another question. */
        public Builder withIdOf(AskedCall other) {
            this.approvalId = other.approvalId;
            return this;
        }

        /** Lets another service state the request, with its own key. */
        public Builder forgedBy(String service) {
            this.forger = service;
            return this;
        }

        /** The call. */
        public AskedCall build() {
            return new AskedCall(this);
        }
    }
}
