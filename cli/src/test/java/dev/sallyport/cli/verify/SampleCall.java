package dev.sallyport.cli.verify;

import dev.sallyport.cli.harness.SampleFleet;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.Subject;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.json.CanonicalJson;
import dev.sallyport.statements.json.JsonRefusedException;
import dev.sallyport.statements.json.JsonRules;
import dev.sallyport.statements.predicate.ApprovalRequested;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.predicate.ApprovalScope;
import dev.sallyport.statements.predicate.ApproverRole;
import dev.sallyport.statements.predicate.Assurance;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.AuditEvent;
import dev.sallyport.statements.predicate.CallOutcome;
import dev.sallyport.statements.predicate.Decision;
import dev.sallyport.statements.predicate.Decision.Outcome;
import dev.sallyport.statements.predicate.Egress;
import dev.sallyport.statements.predicate.EgressEnforcementMode;
import dev.sallyport.statements.predicate.ExecutionDigest;
import dev.sallyport.statements.predicate.ExecutionPermit;
import dev.sallyport.statements.predicate.Issuance;
import dev.sallyport.statements.predicate.Limits;
import dev.sallyport.statements.predicate.Link;
import dev.sallyport.statements.predicate.Obligations;
import dev.sallyport.statements.predicate.Predicate;
import dev.sallyport.statements.predicate.Proposal;
import dev.sallyport.statements.predicate.RequiredRuntime;
import dev.sallyport.statements.predicate.Risk;
import dev.sallyport.statements.predicate.RuleRef;
import dev.sallyport.statements.predicate.RuntimeKind;
import dev.sallyport.statements.predicate.Severity;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.predicate.Tier;
import dev.sallyport.statements.predicate.ToolExecuted;
import dev.sallyport.statements.predicate.ToolProposed;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.record.SignedStatement;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/**
 * One whole call as its statements, each signed by who signs it in the fleet. A test edits a statement before it is
 * signed, has another sign it, leaves it out or says it twice; what is said later refers to what was said then.
 */
final class SampleCall {
    static final String WORKSPACE = "01JD0000000000000000000000";
    static final String ID = "01JD0000000000000000000001";
    static final String APPROVAL = "01JD0000000000000000000002";
    private static final Digest SOME = Digest.of(new byte[] {1});

    private final SampleFleet fleet;
    private final Outcome decision;
    private final Map<String, Consumer<ObjectNode>> edits = new HashMap<>();
    private final Map<String, String> signers = new HashMap<>();
    private final Instant now = Instant.ofEpochMilli(Instant.now().toEpochMilli());
    private final Map<String, SignedStatement> said = new LinkedHashMap<>();
    private Obligations obligations = new Obligations(ApproverRole.OPERATOR, 1, 300, Assurance.SESSION, false);
    private Tier ranIn = Tier.C;
    final Detail args = Detail.of("{\"text\":\"hello\"}".getBytes(StandardCharsets.UTF_8));
    final Detail prompt = Detail.of("{\"v\":1}".getBytes(StandardCharsets.UTF_8));
    final Detail output = Detail.of("hello\n".getBytes(StandardCharsets.UTF_8));

    SampleCall(SampleFleet fleet, Outcome decision) {
        this.fleet = fleet;
        this.decision = decision;
    }

    /** Edits the JSON of a statement before it is signed. */
    SampleCall edit(String name, Consumer<ObjectNode> edit) {
        edits.put(name, edit);
        return this;
    }

    /** Edits the predicate of a statement before it is signed. */
    SampleCall editPredicate(String name, Consumer<ObjectNode> edit) {
        return edit(name, statement -> edit.accept((ObjectNode) statement.get("predicate")));
    }

    /** Has another identity say and sign a statement. */
    SampleCall saidBy(String name, String identity) {
        signers.put(name, identity);
        return this;
    }

    SampleCall obligations(Obligations other) {
        obligations = other;
        return this;
    }

    SampleCall ranIn(Tier tier) {
        ranIn = tier;
        return this;
    }

    Instant now() {
        return now;
    }

    List<Detail> details() {
        return switch (decision) {
            case ALLOW -> List.of(args, output);
            case DENY -> List.of(args);
            case APPROVAL_REQUIRED -> List.of(args, prompt, output);
        };
    }

    /** The statements by name, in the order in which they were said. */
    Map<String, SignedStatement> statements() {
        said.clear();
        Proposal proposal = proposal();
        Subject subject = proposal.subject();
        RuleRef rule = new RuleRef("baseline.sensitive", SOME);
        say(
                "proposed",
                "policy-service",
                subject,
                by -> new ToolProposed(
                        by,
                        List.of(),
                        proposal,
                        args.ref(),
                        List.of("process_exec"),
                        true,
                        new Decision(
                                decision,
                                decision == Outcome.ALLOW ? "ALLOWED" : "DECIDED",
                                List.of(rule),
                                SOME,
                                SOME,
                                null)));
        if (decision == Outcome.APPROVAL_REQUIRED) {
            ask(subject, rule);
        }
        if (decision != Outcome.DENY) {
            run(subject, rule);
        }
        say(
                "ended",
                "policy-service",
                subject,
                by -> new Audit(
                        by,
                        List.of(
                                decision == Outcome.DENY
                                        ? link(StatementType.TOOL_PROPOSED, "proposed")
                                        : link(StatementType.TOOL_EXECUTED, "executed")),
                        AuditEvent.CALL_ENDED,
                        null,
                        null,
                        decision == Outcome.DENY
                                ? new Audit.Ended(CallOutcome.DENIED, "FORBIDDEN")
                                : new Audit.Ended(CallOutcome.SUCCEEDED, "OK"),
                        List.of(),
                        Map.of()));
        return new LinkedHashMap<>(said);
    }

    private Proposal proposal() {
        return new Proposal(
                1,
                fleet.trust().fleetId(),
                WORKSPACE,
                ID,
                "agent:demo",
                List.of("person:owner"),
                null,
                "api",
                "s",
                "r",
                "echo",
                "1",
                SOME,
                null,
                args.digest(),
                List.of(),
                List.of(),
                now);
    }

    private void ask(Subject subject, RuleRef rule) {
        say(
                "requested",
                "policy-service",
                subject,
                by -> new ApprovalRequested(
                        by,
                        List.of(link(StatementType.TOOL_PROPOSED, "proposed")),
                        APPROVAL,
                        List.of(rule),
                        obligations,
                        new Risk(Severity.MEDIUM, "baseline.sensitive"),
                        "agent:demo",
                        List.of("person:owner"),
                        prompt.ref(),
                        now.plusSeconds(300),
                        List.of("allow_once", "deny")));
        say(
                "resolved",
                "approval-service",
                subject,
                by -> new ApprovalResolved(
                        by,
                        List.of(link(StatementType.APPROVAL_REQUESTED, "requested")),
                        APPROVAL,
                        ApprovalResolved.Answer.APPROVED,
                        "APPROVED",
                        List.of(new ApprovalResolved.ApproverAnswer(
                                "person:op",
                                List.of("operator"),
                                "session",
                                "web",
                                ApprovalResolved.Answer.APPROVED,
                                prompt.digest(),
                                null,
                                now)),
                        ApprovalScope.ONCE,
                        now));
    }

    private void run(Subject subject, RuleRef rule) {
        List<Link> grounds = new ArrayList<>(List.of(link(StatementType.TOOL_PROPOSED, "proposed")));
        if (decision == Outcome.APPROVAL_REQUIRED) {
            grounds.add(link(StatementType.APPROVAL_REQUESTED, "requested"));
            grounds.add(link(StatementType.APPROVAL_RESOLVED, "resolved"));
        }
        say(
                "permit",
                "policy-service",
                subject,
                by -> new ExecutionPermit(
                        by,
                        grounds,
                        args.digest(),
                        "echo",
                        "1",
                        SOME,
                        RequiredRuntime.BUILTIN,
                        Tier.C,
                        new Egress(EgressEnforcementMode.STRICT, List.of()),
                        new Limits(1000, 1000, 1 << 20, 1 << 20, 8, 64, 1 << 20, 1 << 20),
                        List.of(),
                        "default",
                        SOME,
                        decision == Outcome.APPROVAL_REQUIRED ? List.of(rule) : List.of(),
                        1,
                        now.plusSeconds(30),
                        now.plusSeconds(600)));
        say(
                "started",
                "executor-service",
                subject,
                by -> new Audit(
                        by,
                        List.of(link(StatementType.EXECUTION_PERMIT, "permit")),
                        AuditEvent.EXECUTION_STARTED,
                        null,
                        new Audit.Started(fleet.id("node-default-node-1").toString(), 1, now, now.plusSeconds(60)),
                        null,
                        List.of(),
                        Map.of()));
        List<ToolExecuted.Output> outputs = List.of(new ToolExecuted.Output("stdout", output.ref(), 6, null, false));
        say(
                "executed",
                "node-default-node-1",
                subject,
                by -> new ToolExecuted(
                        by,
                        List.of(link(StatementType.EXECUTION_PERMIT, "permit"), link(StatementType.AUDIT, "started")),
                        CallOutcome.SUCCEEDED,
                        "OK",
                        0,
                        null,
                        new ToolExecuted.Ran(RuntimeKind.BUILTIN, "echo", SOME),
                        args.digest(),
                        new ToolExecuted.SandboxEnforcement(
                                Tier.C,
                                ranIn,
                                "bubblewrap",
                                List.of(new ToolExecuted.Fact("no_new_privs", ToolExecuted.State.ENFORCED, "1"))),
                        new ToolExecuted.Resources(3, 2L, null, 6),
                        outputs,
                        ExecutionDigest.of(
                                subject.digest(),
                                digest("permit"),
                                SOME,
                                args.digest(),
                                CallOutcome.SUCCEEDED,
                                0,
                                outputs),
                        now,
                        now,
                        new ToolExecuted.Host("node-1", "Linux", "6.1", "amd64")));
    }

    private interface Words {
        Predicate by(Issuance issued);
    }

    private void say(String name, String identity, Subject subject, Words words) {
        String signer = signers.getOrDefault(name, identity);
        Issuance issued = new Issuance(fleet.trust().fleetId(), WORKSPACE, fleet.id(signer), now, null);
        byte[] payload = Statement.of(subject, words.by(issued)).payload();
        Optional<Consumer<ObjectNode>> edit = Optional.ofNullable(edits.get(name));
        if (edit.isPresent()) {
            try {
                ObjectNode root = CanonicalJson.readObject(payload, JsonRules.STATEMENT);
                edit.get().accept(root);
                payload = CanonicalJson.write(root);
            } catch (JsonRefusedException e) {
                throw new IllegalStateException(e);
            }
        }
        said.put(name, fleet.sign(signer, payload));
    }

    private Link link(StatementType type, String name) {
        return Link.to(type, digest(name));
    }

    private Digest digest(String name) {
        SignedStatement statement = said.get(name);
        if (statement == null) {
            throw new IllegalStateException("nobody has said " + name + " yet");
        }
        return statement.digest();
    }
}
