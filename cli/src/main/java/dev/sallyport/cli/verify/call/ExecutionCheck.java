package dev.sallyport.cli.verify.call;

import dev.sallyport.cli.verify.call.Call.Said;
import dev.sallyport.cli.verify.report.Claim;
import dev.sallyport.cli.verify.report.Finding;
import dev.sallyport.cli.verify.report.Report;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.ExecutionDigest;
import dev.sallyport.statements.predicate.ExecutionPermit;
import dev.sallyport.statements.predicate.ToolExecuted;
import dev.sallyport.statements.predicate.ToolProposed;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.vocabulary.CallOutcome;
import dev.sallyport.statements.vocabulary.PermittedSkill;
import dev.sallyport.statements.vocabulary.RuntimeKind;
import dev.sallyport.statements.vocabulary.Tier;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Whether one node at most started the call on a permit in force, and the result is that node's. */
final class ExecutionCheck {
    /** What two clocks of the fleet may differ by. */
    private static final Duration SKEW = Duration.ofSeconds(5);

    private final Report report;
    private final Call call;
    private final ToolProposed proposed;

    ExecutionCheck(Report report, Call call, ToolProposed proposed) {
        this.report = report;
        this.call = call;
        this.proposed = proposed;
    }

    void check() {
        List<Said<Audit>> started = call.started();
        List<Said<ToolExecuted>> executed = call.executed();
        if (started.size() > 1) {
            report.fails(Claim.STARTED, "", "it was started " + started.size() + " times");
        } else if (started.isEmpty()) {
            report.holds(Claim.STARTED, "");
        } else {
            started(started.getFirst());
        }
        if (executed.size() > 1) {
            report.fails(Claim.EXECUTED, "", "it has " + executed.size() + " results");
        } else if (executed.isEmpty()) {
            report.holds(Claim.EXECUTED, "");
        } else if (executed.getFirst().predicate().links().size() == 1) {
            withoutStart(executed.getFirst());
        } else if (started.size() == 1) {
            executed(executed.getFirst(), started.getFirst());
        } else {
            report.fails(Claim.EXECUTED, executed.getFirst().name(), "it has a result, but was not started once");
        }
        call.late().forEach(late -> late(late, started));
    }

    /** A late result is the node's own account of what it did. So it must be as sound as one that took effect. */
    private void late(Said<ToolExecuted> late, List<Said<Audit>> started) {
        if (started.size() != 1) {
            report.fails(Claim.EXECUTED, late.name(), "it has a late result, but was not started once");
        } else if (late.predicate().outcome() == CallOutcome.INDETERMINATE) {
            report.fails(Claim.EXECUTED, late.name(), "only a node's result can be late");
        } else {
            executed(late, started.getFirst());
            report.noted(
                    Claim.EXECUTED,
                    late.name(),
                    "it came after the node had lost its lease: it tells what happened, and had no effect on the call");
        }
    }

    /** Control says that nobody knows how the call ended, and that the key of its start has been revoked. */
    private void withoutStart(Said<ToolExecuted> said) {
        ToolExecuted result = said.predicate();
        Digest permit = result.links().getFirst().digest();
        new Finding(report, Claim.EXECUTED, said.name())
                .require(
                        result.outcome() == CallOutcome.INDETERMINATE,
                        "it names no start, so that it cannot say how the call ended")
                .require(
                        call.permits().stream().anyMatch(one -> one.digest().equals(permit)),
                        "it rests on a permit that is not of this call")
                .require(
                        result.argsDigest().equals(proposed.proposal().argsDigest()),
                        "it has other arguments than proposed")
                .conclude();
    }

    private void started(Said<Audit> said) {
        Audit.@Nullable Started started = said.predicate().started();
        Optional<Said<ExecutionPermit>> permit = permitOf(said.predicate());
        if (started == null || permit.isEmpty()) {
            report.fails(Claim.STARTED, said.name(), "it does not name a node and a permit of this call");
            return;
        }
        SpiffeId node = SpiffeId.tryParse(started.node()).orElse(null);
        new Finding(report, Claim.STARTED, said.name())
                .require(
                        node != null
                                && node.kind() == SpiffeId.Kind.EXECUTOR
                                && node.pool().equals(permit.get().predicate().pool()),
                        "the node is not one of the permit's pool")
                .require(
                        !started.claimedAt().isAfter(permit.get().predicate().notAfter()),
                        "it was claimed after the permit had ended")
                .require(
                        !started.claimedAt()
                                .isBefore(permit.get().predicate().issued().at().minus(SKEW)),
                        "it was claimed before the permit was cut")
                .conclude();
    }

    private void executed(Said<ToolExecuted> said, Said<Audit> startedSaid) {
        ToolExecuted result = said.predicate();
        Audit.@Nullable Started started = startedSaid.predicate().started();
        Optional<Said<ExecutionPermit>> permit = permitOf(startedSaid.predicate());
        if (started == null || permit.isEmpty()) {
            report.fails(Claim.EXECUTED, said.name(), "what started it is not known");
            return;
        }
        Finding finding = new Finding(report, Claim.EXECUTED, said.name())
                .require(
                        result.links().get(0).digest().equals(permit.get().digest())
                                && result.links().get(1).digest().equals(startedSaid.digest()),
                        "it rests on another permit or start")
                .require(
                        result.outcome() == CallOutcome.INDETERMINATE
                                || result.issued().by().toString().equals(started.node()),
                        "it is signed by another node than the one that started the call")
                .require(
                        result.argsDigest().equals(proposed.proposal().argsDigest()),
                        "it ran with other arguments than proposed")
                .require(
                        !result.finishedAt().isBefore(started.claimedAt().minus(SKEW)),
                        "it finished before it was started");
        ran(finding, result, permit.get());
        finding.conclude();
        String weaker = result.sandbox() == null
                ? ""
                : result.sandbox().facts().stream()
                        .filter(fact -> fact.state() != ToolExecuted.State.ENFORCED)
                        .map(fact -> fact.name() + " " + fact.state().name().toLowerCase(Locale.ROOT))
                        .collect(Collectors.joining(", "));
        if (!weaker.isEmpty()) {
            report.noted(Claim.EXECUTED, said.name(), "of the sandbox on that host: " + weaker);
        }
    }

    /** A built-in runs in the node itself and so in no tier; whatever else ran, ran in the permitted one at least. */
    private static boolean heldAsPermitted(
            ToolExecuted.Ran ran, ToolExecuted.SandboxEnforcement sandbox, Tier permitted) {
        Tier tier = sandbox.tier();
        return tier == null ? ran.kind() == RuntimeKind.BUILTIN : tier.satisfies(permitted);
    }

    /** The package is the permit's, nothing was granted beyond it, and the fuel was within it. */
    private static boolean isPermittedSkill(
            ToolExecuted.@Nullable SandboxEnforcement sandbox, @Nullable PermittedSkill skill) {
        if (skill == null) {
            return true;
        }
        String granted = fact(sandbox, "granted");
        String fuel = fact(sandbox, "fuel_used");
        return fact(sandbox, "package").equals(skill.packageDigest().hex())
                && (granted.equals("none")
                        || Set.copyOf(skill.capabilities()).containsAll(List.of(granted.split(" ", -1))))
                && fuel.matches("[0-9]{1,15}")
                && Long.parseLong(fuel) <= skill.fuel();
    }

    private static String fact(ToolExecuted.@Nullable SandboxEnforcement sandbox, String name) {
        return sandbox == null
                ? ""
                : sandbox.facts().stream()
                        .filter(fact -> fact.name().equals(name))
                        .map(fact -> String.valueOf(fact.value()))
                        .findFirst()
                        .orElse("");
    }

    private void ran(Finding finding, ToolExecuted result, Said<ExecutionPermit> permit) {
        ToolExecuted.@Nullable Ran ran = result.ran();
        ToolExecuted.@Nullable SandboxEnforcement sandbox = result.sandbox();
        if (ran == null) {
            finding.require(
                    result.outcome() != CallOutcome.SUCCEEDED && result.outcome() != CallOutcome.FAILED,
                    "it names a result, but not what ran");
            return;
        }
        finding.require(
                        ran.kind() == permit.predicate().runtime().kind(),
                        "what ran is of another kind than the permit says")
                .require(
                        isPermittedSkill(sandbox, permit.predicate().runtime().skill()),
                        "it ran another skill's package than the permit names, was granted more, or used more fuel")
                .require(
                        sandbox != null
                                && heldAsPermitted(
                                        ran, sandbox, permit.predicate().tier())
                                && sandbox.requestedTier() == permit.predicate().tier(),
                        "the sandbox was weaker than the permit demands, or is not stated")
                .require(
                        ExecutionDigest.of(
                                        proposed.proposal().subject().digest(),
                                        permit.digest(),
                                        ran.digest(),
                                        result.argsDigest(),
                                        result.outcome(),
                                        result.exitCode(),
                                        result.outputs())
                                .equals(result.executionSha256()),
                        "its execution_sha256 is not that of what it states");
    }

    private Optional<Said<ExecutionPermit>> permitOf(Audit started) {
        return started.links().isEmpty()
                ? Optional.empty()
                : call.permit(started.links().getFirst().digest());
    }
}
