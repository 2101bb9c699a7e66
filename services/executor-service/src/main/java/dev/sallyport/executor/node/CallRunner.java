package dev.sallyport.executor.node;

import dev.sallyport.executor.claim.Claim;
import dev.sallyport.executor.permit.PermittedCall;
import dev.sallyport.executor.sandbox.KillCause;
import dev.sallyport.executor.sandbox.ToolFailure;
import dev.sallyport.executor.sandbox.ToolFailure.SandboxUnavailable;
import dev.sallyport.executor.tool.RunningTool;
import dev.sallyport.executor.tool.ToolCall;
import dev.sallyport.executor.tool.ToolResult;
import dev.sallyport.executor.tool.Toolbox;
import dev.sallyport.executor.workspace.Workspaces;
import dev.sallyport.servicekit.telemetry.Traces;
import dev.sallyport.statements.json.CanonicalJson;
import dev.sallyport.statements.json.JsonRefusedException;
import dev.sallyport.statements.json.JsonRules;
import dev.sallyport.statements.predicate.CallOutcome;
import dev.sallyport.statements.predicate.DetailRef;
import dev.sallyport.statements.predicate.ExecutionPermit;
import dev.sallyport.statements.predicate.Proposal;
import dev.sallyport.statements.predicate.Tier;
import dev.sallyport.statements.predicate.ToolProposed;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/** Runs one claim from its bytes to the spooled testimony. */
final class CallRunner {

    private static final Logger log = LoggerFactory.getLogger(CallRunner.class);

    private final ClaimVerifier verifier;
    private final ControlClient control;
    private final Toolbox tools;
    private final Supplier<List<Tier>> proven;
    private final Workspaces workspaces;
    private final RunJournal journal;
    private final ResultSpool spool;
    private final Testimony testimony;
    private final Clock clock;
    private final Traces traces;
    private final NodeMetrics metrics;
    private final Set<Kill> running = ConcurrentHashMap.newKeySet();

    /**
     * @param proven the tiers that this node has proven by now
     */
    CallRunner(
            ClaimVerifier verifier,
            ControlClient control,
            Toolbox tools,
            Supplier<List<Tier>> proven,
            Workspaces workspaces,
            RunJournal journal,
            ResultSpool spool,
            Testimony testimony,
            Clock clock,
            Traces traces,
            NodeMetrics metrics) {
        this.verifier = verifier;
        this.control = control;
        this.tools = tools;
        this.proven = proven;
        this.workspaces = workspaces;
        this.journal = journal;
        this.spool = spool;
        this.testimony = testimony;
        this.clock = clock;
        this.traces = traces;
        this.metrics = metrics;
    }

    /** A kill that may come before there is something to kill. */
    private static final class Kill {
        private @Nullable KillCause cause;
        private @Nullable RunningTool tool;

        synchronized void ask(KillCause why) {
            if (cause == null) {
                cause = why;
                if (tool != null) {
                    tool.kill(why);
                }
            }
        }

        synchronized Optional<KillCause> asked() {
            return Optional.ofNullable(cause);
        }

        synchronized void of(RunningTool started) {
            tool = started;
            if (cause != null) {
                started.kill(cause);
            }
        }
    }

    /**
     * Verifies, runs, testifies. A claim that does not verify runs nothing and is answered by nothing: its lease ends.
     *
     * @param askedNanos {@link System#nanoTime()} before the claim was asked for
     */
    void run(Claim claim, long askedNanos) throws InterruptedException, IOException {
        ClaimedCall call;
        try {
            call = verifier.verify(claim);
        } catch (ClaimRefusedException refused) {
            log.error("a claim handed over by control is refused: {}", refused.getMessage());
            return;
        }
        try (Traces.Scope _ = Traces.proposal(call.proposalId());
                Traces.Scope _ = traces.resume(call.permit().permit().issued().traceparent(), "run")) {
            run(call, claim, askedNanos);
        }
    }

    private void run(ClaimedCall call, Claim claim, long askedNanos) throws InterruptedException, IOException {
        if (!journal.begin(call.proposalId())) {
            log.error("control handed over {} a second time; it does not run again", call.proposalId());
            return;
        }
        Kill kill = new Kill();
        running.add(kill);
        try (Lease _ = new Lease(control, call.proposalId(), claim.fence(), askedNanos, claim.leaseMs(), kill::ask)) {
            ToolResult result = result(call, kill);
            metrics.ended(result.outcome());
            spool.put(new ResultSpool.Unconfirmed(
                    call.proposalId(), claim.fence(), testimony.of(call, result).encode()));
        } finally {
            running.remove(kill);
        }
    }

    /** Ends all that runs. */
    void killAll(KillCause cause) {
        running.forEach(kill -> kill.ask(cause));
    }

    /** How many calls run now. */
    int count() {
        return running.size();
    }

    private ToolResult result(ClaimedCall call, Kill kill) throws InterruptedException {
        try {
            verifyTier(call.permit().permit().tier());
            ToolCall toolCall = toolCall(call.permit());
            Optional<KillCause> already = kill.asked();
            if (already.isPresent()) {
                return cancelled(already.get());
            }
            long began = System.nanoTime();
            RunningTool tool = tools.start(toolCall);
            metrics.started(System.nanoTime() - began);
            kill.of(tool);
            return tool.await();
        } catch (ToolFailure refused) {
            return ToolResult.refused(refused.code(), refused.detail(), clock.instant());
        } catch (RefusedCall refused) {
            return ToolResult.refused(refused.code, String.valueOf(refused.getMessage()), clock.instant());
        } catch (RuntimeException unexpected) {
            log.error("call {} could not be run", call.proposalId(), unexpected);
            return ToolResult.refused("NODE_FAILED", "The node could not run the call; see its log.", clock.instant());
        }
    }

    private ToolResult cancelled(KillCause cause) {
        return new ToolResult(
                CallOutcome.CANCELLED, cause.name(), null, null, null, null, null, List.of(), null, clock.instant());
    }

    /** Whatever control hands over, nothing runs here below the permitted tier, the node's own tools neither. */
    private void verifyTier(Tier permitted) {
        if (proven.get().stream().noneMatch(tier -> tier.satisfies(permitted))) {
            throw new SandboxUnavailable(
                    "This node has not proven tier " + permitted + " or a stronger one.",
                    "Run doctor there for what to change.");
        }
    }

    private ToolCall toolCall(PermittedCall permitted) throws RefusedCall {
        ExecutionPermit permit = permitted.permit();
        if (!permit.secrets().isEmpty()) {
            throw new RefusedCall("SECRETS_NOT_SUPPORTED", "This node does not deliver secrets to tools yet.");
        }
        Proposal proposal = permitted.proposal();
        Path workspace = workspaces.of(proposal.workspaceId(), proposal.principal(), proposal.session());
        return new ToolCall(
                permit.tool(),
                permit.toolVersion(),
                arguments(permitted),
                workspace,
                permit.tier(),
                permit.egress(),
                permit.limits());
    }

    /** Parsed from the very bytes whose digest was proposed, decided on, and permitted. */
    private static ObjectNode arguments(PermittedCall permitted) throws RefusedCall {
        DetailRef ref =
                permitted.record().linked(ToolProposed.class).orElseThrow().args();
        byte[] bytes = permitted
                .record()
                .detail(ref)
                .filter(found -> ref.digest().equals(permitted.permit().argsDigest()))
                .orElseThrow(() -> new RefusedCall(
                        "ARGUMENTS_MISSING", "The arguments did not come with the permit, or not with its digest."));
        try {
            return CanonicalJson.readCanonicalObject(bytes, JsonRules.ARGUMENTS);
        } catch (JsonRefusedException malformed) {
            throw new RefusedCall("ARGUMENTS_MALFORMED", "The arguments are not canonical JSON.");
        }
    }

    /** A refusal that is none of a tool's. */
    private static final class RefusedCall extends Exception {
        private final String code;

        RefusedCall(String code, String detail) {
            super(detail);
            this.code = code;
        }
    }
}
