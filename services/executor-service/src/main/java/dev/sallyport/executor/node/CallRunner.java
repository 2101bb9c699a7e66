package dev.sallyport.executor.node;

import dev.sallyport.executor.claim.Claim;
import dev.sallyport.executor.claim.NodeOffer;
import dev.sallyport.executor.node.network.SecretRedemption;
import dev.sallyport.executor.node.storage.DiskReserve;
import dev.sallyport.executor.permit.PermittedCall;
import dev.sallyport.executor.sandbox.KillCause;
import dev.sallyport.executor.sandbox.ToolFailure;
import dev.sallyport.executor.sandbox.ToolFailure.SandboxUnavailable;
import dev.sallyport.executor.secret.CallSecrets;
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
import java.util.ArrayList;
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

    /** How many claims that control has not confirmed the end of are told to it. */
    private static final int HELD = 4096;

    private final ClaimVerifier verifier;
    private final ControlClient control;
    private final Toolbox tools;
    private final Supplier<NodeOffer> offer;
    private final Workspaces workspaces;
    private final RunJournal journal;
    private final DiskReserve reserve;
    private final ResultDelivery delivery;
    private final ResultStatement testimony;
    private final NodeStanding standing;
    private final SecretRedemption redemption;
    private final Duration endPatience;
    private final Clock clock;
    private final Traces traces;
    private final NodeMetrics metrics;
    private final List<Long> unended = new ArrayList<>();
    private final Set<Kill> running = ConcurrentHashMap.newKeySet();

    /**
     * @param offer what this node can run by now
     * @param redemption gets the secrets of a call from the vault
     * @param endPatience how long after its end is due a call's processes may still be there
     */
    CallRunner(
            ClaimVerifier verifier,
            ControlClient control,
            Toolbox tools,
            Supplier<NodeOffer> offer,
            Workspaces workspaces,
            RunJournal journal,
            DiskReserve reserve,
            ResultDelivery delivery,
            ResultStatement testimony,
            NodeStanding standing,
            SecretRedemption redemption,
            Duration endPatience,
            Clock clock,
            Traces traces,
            NodeMetrics metrics) {
        this.verifier = verifier;
        this.control = control;
        this.tools = tools;
        this.offer = offer;
        this.workspaces = workspaces;
        this.journal = journal;
        this.reserve = reserve;
        this.delivery = delivery;
        this.testimony = testimony;
        this.standing = standing;
        this.redemption = redemption;
        this.endPatience = endPatience;
        this.clock = clock;
        this.traces = traces;
        this.metrics = metrics;
    }

    /** A kill that may come before there is something to kill. */
    private static final class Kill {
        private @Nullable KillCause cause;
        private @Nullable RunningTool tool;
        private long askedNanos;

        synchronized void ask(KillCause why) {
            if (cause == null) {
                cause = why;
                askedNanos = System.nanoTime();
                if (tool != null) {
                    tool.kill(why);
                }
            }
        }

        synchronized Optional<KillCause> asked() {
            return Optional.ofNullable(cause);
        }

        /** For a tool that is about to be let go: from then on it is killed. */
        void refuseIfAsked() {
            asked().ifPresent(why -> {
                throw new ToolFailure.Cancelled(why);
            });
        }

        synchronized void of(RunningTool started) {
            tool = started;
            if (cause != null) {
                started.kill(cause);
            }
        }

        /** It has ended; its lease is still kept until control has the result, and may be lost meanwhile. */
        synchronized void over() {
            tool = null;
        }

        /** When the tool should be gone, given when it would end by itself at the latest. */
        synchronized long dueNanos(long byItself) {
            return cause == null ? byItself : Math.min(byItself, askedNanos);
        }
    }

    /** Fencing numbers of the claims that this node has received and that control has not confirmed the end of. */
    List<Long> held() {
        synchronized (unended) {
            return List.copyOf(unended);
        }
    }

    /** Notes a claim before the next one is asked for. */
    void received(Claim claim) {
        synchronized (unended) {
            unended.add(claim.fence());
            // Those that control never confirmed end with their lease; only so many are named.
            while (unended.size() > HELD) {
                unended.removeFirst();
            }
        }
    }

    /**
     * Verifies, runs, testifies. A claim that does not verify runs nothing and is answered by nothing: its lease ends.
     *
     * @param askedNanos {@link System#nanoTime()} before the claim was asked for
     * @param over called once nothing of the call is here any more, on whatever thread
     */
    void run(Claim claim, long askedNanos, Runnable over) throws InterruptedException {
        Place place = new Place(over);
        try {
            run(claim, askedNanos, place);
        } finally {
            place.leave();
        }
    }

    /** The call's place on this node: left when the call has ended, unless something of it is still there. */
    private static final class Place {
        private final Runnable over;
        private boolean kept;

        Place(Runnable over) {
            this.over = over;
        }

        void keepUntilOver(AwaitedEnd end, Runnable then) {
            kept = true;
            end.whenOver(() -> {
                then.run();
                over.run();
            });
        }

        void leave() {
            if (!kept) {
                over.run();
            }
        }
    }

    private void run(Claim claim, long askedNanos, Place place) throws InterruptedException {
        ClaimedCall call;
        Refusal refusal = claim.workspaceLost() ? Refusal.WORKSPACE_UNAVAILABLE : null;
        try {
            call = verifier.verify(claim);
        } catch (ClaimVerifier.NotOfNowException e) {
            log.error("a claim of {} is refused: it is not of now", e.call().proposalId());
            if (e.ahead()) {
                standing.claimedAhead(e.call().terms().claimedAt());
            }
            call = e.call();
            refusal = Refusal.CLAIM_NOT_OF_NOW;
        } catch (ClaimVerifier.RefusedException e) {
            log.error("a claim handed over by control is refused: {}", e.getMessage());
            if (!e.revoked()) {
                standing.refused(String.valueOf(e.getMessage()));
            }
            return;
        }
        try (Traces.Scope _ = Traces.proposal(call.proposalId());
                Traces.Scope _ = traces.resume(call.permit().permit().issued().traceparent(), "run")) {
            run(call, refusal, new Held(claim, askedNanos, place));
        }
    }

    /** A claim with what this node knows about it. */
    private record Held(Claim claim, long askedNanos, Place place) {
        /** How long the lease holds: what control says, and never longer than it has signed. */
        Duration lease(ClaimedCall call) {
            Duration signed =
                    Duration.between(call.terms().claimedAt(), call.terms().redeemUntil());
            Duration said = Duration.ofMillis(claim.leaseMs());
            return said.compareTo(signed) < 0 ? said : signed;
        }
    }

    private void run(ClaimedCall call, @Nullable Refusal refused, Held held) throws InterruptedException {
        Refusal refusal = refused;
        try {
            if (!reserve.use(() -> journal.begin(call.proposalId(), ClaimVerifier.endOf(call.permit())))) {
                log.error("control handed over {} a second time; it does not run again", call.proposalId());
                return;
            }
        } catch (IOException e) {
            log.error("the journal cannot be written, so {} is not run", call.proposalId(), e);
            refusal = Refusal.NODE_FAILED;
        }
        Kill kill = new Kill();
        running.add(kill);
        try (Lease lease = new Lease(
                control, call.proposalId(), held.claim().fence(), held.askedNanos(), held.lease(call), kill::ask)) {
            Optional<ToolResult> result = refusal == null
                    ? result(call, held.claim().startedRecord(), kill, held.place())
                    : Optional.of(ToolResult.refused(refusal.name(), refusal.detail, clock.instant()));
            if (result.isPresent()) {
                testify(call, result.get(), held.claim().fence(), lease);
            }
        } finally {
            running.remove(kill);
        }
    }

    /** The lease is kept until control has the result: what has ended well must not end as lost. */
    private void testify(ClaimedCall call, ToolResult result, long fence, Lease lease) throws InterruptedException {
        metrics.ended(result.outcome());
        boolean answered = delivery.handOver(
                new ResultSpool.Unconfirmed(
                        new ResultSpool.Key(call.proposalId(), fence),
                        testimony.of(call, result).encode()),
                lease::holds);
        if (answered) {
            synchronized (unended) {
                unended.remove(fence);
            }
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

    /** What came out; empty for a tool that has run and of which nobody knows what came out. */
    private Optional<ToolResult> result(ClaimedCall call, String started, Kill kill, Place place)
            throws InterruptedException {
        ExecutionPermit permit = call.permit().permit();
        try {
            verifyRuntime(permit);
            kill.refuseIfAsked();
            long asked = System.nanoTime();
            try (CallSecrets secrets =
                    redemption.redeem(permit.secrets(), started, call.terms().redeemUntil())) {
                if (!permit.secrets().isEmpty()) {
                    metrics.redeemed(System.nanoTime() - asked);
                }
                return result(call, secrets, kill, place);
            }
        } catch (SecretRedemption.Refused e) {
            return Optional.of(ToolResult.refused(e.code().name(), e.code().detail(), clock.instant()));
        } catch (ToolFailure.Cancelled e) {
            return Optional.of(
                    new ToolResult.NotRun(CallOutcome.CANCELLED, e.code().name(), List.of(), clock.instant()));
        } catch (ToolFailure e) {
            return Optional.of(ToolResult.refused(e, clock.instant()));
        }
    }

    private Optional<ToolResult> result(ClaimedCall call, CallSecrets secrets, Kill kill, Place place)
            throws InterruptedException {
        Proposal proposal = call.permit().proposal();
        @Nullable RunningTool tool = null;
        try (Workspaces.Session workspace =
                workspaces.session(proposal.workspaceId(), proposal.principal(), proposal.session())) {
            ExecutionPermit permit = call.permit().permit();
            ToolCall toolCall = toolCall(call.permit(), workspace, kill::refuseIfAsked, secrets);
            kill.refuseIfAsked();
            if (secrets.areReadByTool()) {
                workspace.mayHoldSecrets();
            }
            long began = System.nanoTime();
            tool = started(toolCall, workspace, secrets);
            metrics.started(System.nanoTime() - began);
            kill.of(tool);
            long byItself = System.nanoTime()
                    + Duration.ofMillis(permit.limits().wallMs()).toNanos();
            AwaitedEnd end = new AwaitedEnd(tool);
            Optional<ToolResult> result =
                    end.within(() -> kill.dueNanos(byItself) + endPatience.toNanos() - System.nanoTime());
            if (result.isEmpty()) {
                log.error(
                        "the processes of {} are still there {} after their end was due: the call is given up, its"
                                + " place is not used again before they are gone",
                        call.proposalId(),
                        endPatience);
                standing.stuck();
                place.keepUntilOver(end, standing::unstuck);
            } else {
                kill.over();
                swept(workspace, secrets);
            }
            return result;
        } catch (AwaitedEnd.UnknownException e) {
            return unknown(call, kill, e);
        } catch (ToolFailure.Cancelled e) {
            return tool != null
                    ? unknown(call, kill, e)
                    : Optional.of(new ToolResult.NotRun(
                            CallOutcome.CANCELLED, e.code().name(), List.of(), clock.instant()));
        } catch (ToolFailure e) {
            return tool != null ? unknown(call, kill, e) : Optional.of(ToolResult.refused(e, clock.instant()));
        } catch (RefusedCall e) {
            return Optional.of(ToolResult.refused(e.refusal.name(), e.refusal.detail, clock.instant()));
        } catch (RuntimeException e) {
            if (tool != null) {
                return unknown(call, kill, e);
            }
            log.error("call {} could not be run", call.proposalId(), e);
            return Optional.of(
                    ToolResult.refused(Refusal.NODE_FAILED.name(), Refusal.NODE_FAILED.detail, clock.instant()));
        }
    }

    /** What has not been started has written nothing down. */
    private RunningTool started(ToolCall call, Workspaces.Session workspace, CallSecrets secrets)
            throws InterruptedException {
        boolean started = false;
        try {
            RunningTool tool = tools.start(call);
            started = true;
            return tool;
        } finally {
            if (!started) {
                swept(workspace, secrets);
            }
        }
    }

    private static void swept(Workspaces.Session workspace, CallSecrets secrets) {
        if (secrets.areReadByTool()) {
            workspace.swept();
        }
    }

    /** A tool that was started is not said to have been refused. Without a result the call ends with its lease. */
    private static Optional<ToolResult> unknown(ClaimedCall call, Kill kill, Exception failure) {
        log.error("nobody knows how {} has ended: it is left without a result", call.proposalId(), failure);
        kill.ask(KillCause.LEASE_LOST);
        kill.over();
        return Optional.empty();
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

    private static ToolCall toolCall(
            PermittedCall permitted, Supplier<Path> workspace, Runnable stillWanted, CallSecrets secrets)
            throws RefusedCall {
        ExecutionPermit permit = permitted.permit();
        Proposal proposal = permitted.proposal();
        return new ToolCall(
                new ToolCall.Origin(
                        proposal.proposalId(),
                        proposal.workspaceId(),
                        proposal.principal(),
                        proposal.skill(),
                        permitted.digest(),
                        permit.issued().at()),
                ToolIdentity.of(permit),
                arguments(permitted),
                workspace,
                stillWanted,
                ToolCall.Terms.of(permit),
                secrets);
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
        CLAIM_NOT_OF_NOW(
                "The claim is not of now by the clock of the node, which then runs nothing. Set the node's clock, then"
                        + " propose the call again."),
        WORKSPACE_UNAVAILABLE(
                "The node that held the session's workspace is gone or was given up, and the files with it. The session's"
                        + " next call begins with an empty workspace: write there what it needs."),
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
