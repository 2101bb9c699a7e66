package dev.sallyport.executor.tool;

import dev.sallyport.executor.sandbox.KillCause;
import dev.sallyport.executor.sandbox.ToolFailure;
import dev.sallyport.executor.sandbox.ToolFailure.Code;
import dev.sallyport.executor.secret.Redaction;
import dev.sallyport.executor.skill.SkillModules;
import dev.sallyport.skillrunner.CompiledSkill;
import dev.sallyport.skillrunner.SkillCall;
import dev.sallyport.skillrunner.SkillFailure;
import dev.sallyport.skillrunner.SkillLogLine;
import dev.sallyport.skillrunner.SkillResult;
import dev.sallyport.skillrunner.SkillRunner;
import dev.sallyport.skillrunner.host.HostTranscript;
import dev.sallyport.skills.manifest.CapabilityKind;
import dev.sallyport.skills.manifest.SkillLimits;
import dev.sallyport.skills.manifest.SkillManifest;
import dev.sallyport.skills.pack.PublisherKey;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.predicate.ToolExecuted.Fact;
import dev.sallyport.statements.predicate.ToolExecuted.Ran;
import dev.sallyport.statements.predicate.ToolExecuted.Resources;
import dev.sallyport.statements.predicate.ToolExecuted.SandboxEnforcement;
import dev.sallyport.statements.predicate.ToolExecuted.State;
import dev.sallyport.statements.vocabulary.CallOutcome;
import dev.sallyport.statements.vocabulary.PermittedSkill;
import dev.sallyport.statements.vocabulary.RuntimeKind;
import dev.sallyport.statements.vocabulary.Tier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One call of a skill, from the fetching of its package to the result. A kill ends it wherever it is. */
final class SkillRun implements RunningTool {
    private static final Logger log = LoggerFactory.getLogger(SkillRun.class);

    private static final long PAGE_BYTES = 64 << 10;

    /** A statement has 64 facts; secrets and hosts need up to 40. */
    private static final int MOST_ASKED = 10;

    private static final int LONGEST_ASKED = 500;

    /** Everything before the module itself. */
    interface Preparation {
        /** Throws {@link ToolFailure} when nothing of the module may run. */
        Prepared prepare() throws InterruptedException;
    }

    /** A module, whose signature it was installed with, its call, and what stands behind its host functions. */
    record Prepared(CompiledSkill compiled, PublisherKey signer, SkillCall call, SessionHost host) {}

    private final ToolCall call;
    private final PermittedSkill skill;
    private final Clock clock;
    private final CompletableFuture<ToolResult> done = new CompletableFuture<>();
    private final AtomicReference<@Nullable KillCause> killed = new AtomicReference<>();
    private final Thread thread;

    SkillRun(ToolCall call, PermittedSkill skill, SkillModules modules, Preparation preparation, Clock clock) {
        this.call = call;
        this.skill = skill;
        this.clock = clock;
        this.thread = Thread.ofVirtual().name("tool-" + call.tool().name()).start(() -> complete(modules, preparation));
    }

    private void complete(SkillModules modules, Preparation preparation) {
        try {
            done.complete(run(modules, preparation));
        } catch (Throwable e) {
            // Whatever it is: a call without an end would keep its place for ever.
            done.completeExceptionally(e);
        }
    }

    @Override
    public void kill(KillCause cause) {
        if (killed.compareAndSet(null, cause)) {
            thread.interrupt();
        }
    }

    @Override
    public ToolResult await() throws InterruptedException {
        try {
            return done.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a call of a skill has no result", e.getCause());
        }
    }

    private ToolResult run(SkillModules modules, Preparation preparation) {
        try {
            Prepared prepared = preparation.prepare();
            SkillRunner runner = modules.runner();
            Instant startedAt = clock.instant();
            long began = System.nanoTime();
            HostTranscript transcript = new HostTranscript(this::holdsSecret);
            SkillResult result;
            Took took;
            boolean elsewhere;
            try (SessionHost host = prepared.host()) {
                SkillResult ran = runner.run(prepared.compiled(), prepared.call(), transcript.recording(host));
                took = new Took(startedAt, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
                elsewhere = host.web().secretElsewhere();
                result = elsewhere ? ran : kept(host, ran);
            }
            // Only now is nothing asked or answered any more.
            return elsewhere ? violated(prepared, result, transcript, took) : ended(prepared, result, transcript, took);
        } catch (ToolFailure e) {
            return ToolResult.refused(e, clock.instant());
        } catch (InterruptedException _) {
            KillCause cause = killed.get();
            Code code = cause == null ? Code.CANCELLED : cause.code();
            return new ToolResult.NotRun(code.outcome(), code.name(), List.of(), clock.instant());
        }
    }

    /** What the module kept is there for the next call before anybody hears of the answer. */
    private static SkillResult kept(SessionHost host, SkillResult result) {
        if (result instanceof SkillResult.Answered) {
            try {
                host.commit();
            } catch (IOException e) {
                log.error("what a skill keeps cannot be written", e);
                return new SkillResult.Failed(
                        SkillFailure.ENGINE_FAILED,
                        "What the skill keeps could not be written on the node; its log says why.",
                        result.usage(),
                        result.log());
            }
        }
        return result;
    }

    /** When the module was begun, and how long it took. */
    private record Took(Instant startedAt, long wallMs) {}

    /** The module has tried to send a secret where it does not belong: whatever it answers, and nothing is kept. */
    private ToolResult violated(Prepared prepared, SkillResult result, HostTranscript transcript, Took took) {
        ToolFailure failure = new ToolFailure.SecretElsewhere();
        List<ToolResult.Output> outputs = new ArrayList<>();
        outputs.add(ToolResult.explanation(failure.code().name(), failure.detail()));
        return ended(
                prepared,
                result,
                new End(failure.code().outcome(), failure.code().name(), outputs),
                transcript,
                took);
    }

    /** How it ended, and the outputs that say so. */
    private record End(CallOutcome outcome, String code, List<ToolResult.Output> outputs) {}

    private ToolResult ended(Prepared prepared, SkillResult result, HostTranscript transcript, Took took) {
        List<ToolResult.Output> outputs = new ArrayList<>();
        CallOutcome outcome = CallOutcome.SUCCEEDED;
        String code = ToolResult.OK;
        switch (result) {
            case SkillResult.Answered answered ->
                outputs.add(whole("stdout", answered.output().getBytes(StandardCharsets.UTF_8)));
            case SkillResult.Failed failed -> {
                if (failed.failure() == SkillFailure.RUNNER_EXHAUSTED) {
                    return ToolResult.refused(new ToolFailure.InvalidModule(failed.detail()), clock.instant());
                }
                if (failed.failure() == SkillFailure.EXIT_STATUS) {
                    outcome = CallOutcome.FAILED;
                    code = ToolResult.EXIT_STATUS;
                } else {
                    Code failure = code(failed.failure());
                    outcome = failure.outcome();
                    code = failure.name();
                }
                outputs.add(ToolResult.explanation(code, failed.detail()));
            }
        }
        return ended(prepared, result, new End(outcome, code, outputs), transcript, took);
    }

    private boolean holdsSecret(byte[] bytes) {
        Redaction redaction = call.secrets().redaction();
        return !redaction.isNothing() && !Arrays.equals(redaction.of(bytes), bytes);
    }

    /** What a module writes has lost the call's secrets, which it should not have in the first place. */
    private ToolResult.Output whole(String name, byte[] written) {
        return ToolResult.Output.whole(name, call.secrets().redaction().of(written));
    }

    private ToolResult ended(Prepared prepared, SkillResult result, End end, HostTranscript transcript, Took took) {
        List<ToolResult.Output> outputs = new ArrayList<>(end.outputs());
        if (!result.log().isEmpty()) {
            outputs.add(whole("stderr", SkillLogLine.bytes(result.log())));
        }
        if (!transcript.isEmpty()) {
            outputs.add(ToolResult.Output.whole("host", transcript.toJson()));
        }
        SkillManifest manifest = prepared.compiled().skill().manifest();
        return new ToolResult.Ended(
                end.outcome(),
                end.code(),
                ToolResult.Exit.NONE,
                new Ran(RuntimeKind.WASM, call.tool().name(), manifest.moduleDigest()),
                new SandboxEnforcement(call.terms().tier(), Tier.A, SkillRunner.ENGINE, facts(prepared, result)),
                new Resources(
                        took.wallMs(),
                        null,
                        result.usage().memoryPages() * PAGE_BYTES,
                        result.usage().outputBytes()),
                outputs,
                took.startedAt(),
                clock.instant());
    }

    private Code code(SkillFailure failure) {
        return switch (failure) {
            case SCHEMA_MISMATCH,
                    TIMED_OUT,
                    FUEL_EXHAUSTED,
                    MEMORY_LIMIT,
                    OUTPUT_LIMIT,
                    HOST_CALL_LIMIT,
                    TRAPPED,
                    ENGINE_FAILED -> Code.valueOf(failure.code());
            case RUNNER_EXHAUSTED, NOT_REPEATED, EXIT_STATUS -> Code.ENGINE_FAILED;
            case STOPPED -> {
                KillCause cause = killed.get();
                yield cause == null ? Code.CANCELLED : cause.code();
            }
        };
    }

    /** What held for the module, and what it used: each is in force for this very instance. */
    private List<Fact> facts(Prepared prepared, SkillResult result) {
        SkillManifest manifest = prepared.compiled().skill().manifest();
        SkillLimits limits = prepared.call().limits().atMost(manifest.limits());
        Digest packageDigest = prepared.compiled().skill().digest();
        Set<String> granted = names(prepared.call().granted());
        granted.retainAll(names(manifest.capabilities().kinds()));
        Set<String> denied = names(manifest.capabilities().kinds());
        denied.removeAll(granted);
        List<Fact> facts = new ArrayList<>(List.of(
                fact("code", "WebAssembly without a host but granted functions; an instance of this call alone"),
                fact("skill", skill.id() + " " + skill.version()),
                fact("package", packageDigest.hex()),
                fact("publisher", manifest.publisher()),
                fact("signed_by", prepared.signer().fingerprint().hex()),
                fact("granted", granted.isEmpty() ? "none" : String.join(" ", granted)),
                fact("denied", denied.isEmpty() ? "none" : String.join(" ", denied)),
                fact("time_limit_ms", Long.toString(limits.wall().toMillis())),
                fact("memory_limit_bytes", Long.toString(limits.memoryPages() * PAGE_BYTES)),
                fact("output_limit_bytes", Integer.toString(limits.outputBytes())),
                fact("fuel_limit", Long.toString(limits.fuel())),
                fact("fuel_used", Long.toString(result.usage().fuel())),
                fact("host_call_limit", Integer.toString(limits.hostCalls())),
                fact("host_calls", Integer.toString(result.usage().hostCalls()))));
        facts.addAll(asked(manifest.capabilities().all()));
        facts.addAll(DeliveredSecrets.facts(call.terms().secrets()));
        facts.addAll(prepared.host().web().facts());
        return facts;
    }

    /** What the manifest asks for, a fact for each line as far as a statement has room. */
    private static List<Fact> asked(List<String> lines) {
        boolean tooMany = lines.size() > MOST_ASKED;
        List<Fact> facts = new ArrayList<>();
        for (String line : tooMany ? lines.subList(0, MOST_ASKED - 1) : lines) {
            facts.add(fact(
                    "asks_for", line.length() <= LONGEST_ASKED ? line : line.substring(0, LONGEST_ASKED) + " ..."));
        }
        if (tooMany) {
            facts.add(fact("asks_for", (lines.size() - MOST_ASKED + 1) + " more, in the package's manifest"));
        }
        return facts;
    }

    private static Fact fact(String name, String value) {
        return new Fact(name, State.ENFORCED, value);
    }

    private static Set<String> names(Collection<CapabilityKind> kinds) {
        return kinds.stream().map(CapabilityKind::wire).collect(Collectors.toCollection(TreeSet::new));
    }
}
