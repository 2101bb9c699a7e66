package dev.sallyport.executor.node;

import dev.sallyport.executor.claim.Claim;
import dev.sallyport.executor.claim.NodeOffer;
import dev.sallyport.executor.node.storage.DiskReserve;
import dev.sallyport.executor.permit.PermittedCall;
import dev.sallyport.executor.sandbox.KillCause;
import dev.sallyport.executor.sandbox.ToolFailure;
import dev.sallyport.executor.sandbox.ToolFailure.SandboxUnavailable;
import dev.sallyport.executor.tool.RunningTool;
import dev.sallyport.executor.tool.ToolCall;
import dev.sallyport.executor.tool.ToolIdentity;
import dev.sallyport.executor.tool.ToolResult;
import dev.sallyport.executor.tool.Toolbox;
import dev.sallyport.executor.workspace.Workspaces;
import dev.sallyport.servicekit.telemetry.Traces;
import dev.sallyport.statements.json.CanonicalJson;
import dev.sallyport.statements.json.JsonRefusedException;
import dev.sallyport.statements.json.JsonRules;
import dev.sallyport.statements.predicate.DetailRef;
import dev.sallyport.statements.predicate.ExecutionPermit;
import dev.sallyport.statements.predicate.Proposal;
import dev.sallyport.statements.predicate.ToolProposed;
import dev.sallyport.statements.vocabulary.CallOutcome;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
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
    private final Supplier<NodeOffer> offer;
    private final Workspaces workspaces;
    private final RunJournal journal;
    private final ResultSpool spool;
    private final DiskReserve reserve;
    private final ResultStatement testimony;
    private final Clock clock;
    private final Traces traces;
    private final NodeMetrics metrics;
    private final Set<Kill> running = ConcurrentHashMap.newKeySet();

    /**
     * @param offer what this node can run by now
     */
    CallRunner(
            ClaimVerifier verifier,
            ControlClient control,
            Toolbox tools,
            Supplier<NodeOffer> offer,
            Workspaces workspaces,
            RunJournal journal,
            ResultSpool spool,
            DiskReserve reserve,
            ResultStatement testimony,
            Clock clock,
            Traces traces,
            NodeMetrics metrics) {
        this.verifier = verifier;
        this.control = control;
        this.tools = tools;
        this.offer = offer;
        this.workspaces = workspaces;
        this.journal = journal;
        this.spool = spool;
        this.reserve = reserve;
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
        } catch (ClaimRefusedException e) {
            log.error("a claim handed over by control is refused: {}", e.getMessage());
            return;
        }
        try (Traces.Scope _ = Traces.proposal(call.proposalId());
                Traces.Scope _ = traces.resume(call.permit().permit().issued().traceparent(), "run")) {
            run(call, claim, askedNanos);
        }
    }

    private void run(ClaimedCall call, Claim claim, long askedNanos) throws InterruptedException, IOException {
        if (!reserve.use(() -> journal.begin(call.proposalId()))) {
            log.error("control handed over {} a second time; it does not run again", call.proposalId());
            return;
        }
        Kill kill = new Kill();
        running.add(kill);
        try (Lease _ = new Lease(
                control, call.proposalId(), claim.fence(), askedNanos, Duration.ofMillis(claim.leaseMs()), kill::ask)) {
            ToolResult result = result(call, kill);
            metrics.ended(result.outcome());
            ResultSpool.Unconfirmed kept = new ResultSpool.Unconfirmed(
                    call.proposalId(), claim.fence(), testimony.of(call, result).encode());
            reserve.use(() -> {
                spool.put(kept);
                return kept;
            });
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
        Proposal proposal = call.permit().proposal();
        try (Workspaces.Session workspace =
                workspaces.session(proposal.workspaceId(), proposal.principal(), proposal.session())) {
            ExecutionPermit permit = call.permit().permit();
            verifyRuntime(permit);
            ToolCall toolCall = toolCall(call.permit(), workspace);
            Optional<KillCause> already = kill.asked();
            if (already.isPresent()) {
                return new ToolResult.NotRun(
                        CallOutcome.CANCELLED, already.get().code().name(), List.of(), clock.instant());
            }
            long began = System.nanoTime();
            RunningTool tool = tools.start(toolCall);
            metrics.started(System.nanoTime() - began);
            kill.of(tool);
            return tool.await();
        } catch (ToolFailure e) {
            return ToolResult.refused(e, clock.instant());
        } catch (RefusedCall e) {
            return ToolResult.refused(e.refusal.name(), e.refusal.detail, clock.instant());
        } catch (RuntimeException e) {
            log.error("call {} could not be run", call.proposalId(), e);
            return ToolResult.refused(Refusal.NODE_FAILED.name(), Refusal.NODE_FAILED.detail, clock.instant());
        }
    }

    /** Whatever control hands over: nothing runs here of another kind of code or below the permitted tier. */
    private void verifyRuntime(ExecutionPermit permit) {
        if (!offer.get().runs(permit.runtime().kind(), permit.tier())) {
            throw new SandboxUnavailable(
                    "This node has not proven tier " + permit.tier() + " or a stronger one for code of kind "
                            + permit.runtime().kind().wire() + ".",
                    "Run doctor there for what to change.");
        }
    }

    private static ToolCall toolCall(PermittedCall permitted, Supplier<Path> workspace) throws RefusedCall {
        ExecutionPermit permit = permitted.permit();
        if (!permit.secrets().isEmpty()) {
            throw new RefusedCall(Refusal.SECRETS_NOT_SUPPORTED);
        }
        Proposal proposal = permitted.proposal();
        return new ToolCall(
                new ToolCall.Origin(proposal.proposalId(), proposal.principal(), proposal.skill(), permitted.digest()),
                ToolIdentity.of(permit),
                arguments(permitted),
                workspace,
                ToolCall.Terms.of(permit));
    }

    /** Parsed from the very bytes whose digest was proposed, decided on, and permitted. */
    private static ObjectNode arguments(PermittedCall permitted) throws RefusedCall {
        DetailRef ref =
                permitted.record().linked(ToolProposed.class).orElseThrow().args();
        byte[] bytes = permitted
                .record()
                .detail(ref)
                .filter(_ -> ref.digest().equals(permitted.permit().argsDigest()))
                .orElseThrow(() -> new RefusedCall(Refusal.ARGUMENTS_MISSING));
        try {
            return CanonicalJson.readCanonicalObject(bytes, JsonRules.ARGUMENTS);
        } catch (JsonRefusedException _) {
            throw new RefusedCall(Refusal.ARGUMENTS_MALFORMED);
        }
    }

    /** Why a call is refused before any tool has seen it. The constants' names are the codes in statements. */
    private enum Refusal {
        SECRETS_NOT_SUPPORTED("This node does not deliver secrets to tools yet."),
        ARGUMENTS_MISSING("The arguments did not come with the permit, or not with its digest."),
        ARGUMENTS_MALFORMED("The arguments are not canonical JSON."),
        NODE_FAILED("The node could not run the call; see its log.");

        private final String detail;

        Refusal(String detail) {
            this.detail = detail;
        }
    }

    /** A call that is refused before any tool has seen it. */
    private static final class RefusedCall extends Exception {
        private final Refusal refusal;

        RefusedCall(Refusal refusal) {
            super(refusal.detail);
            this.refusal = refusal;
        }
    }
}
