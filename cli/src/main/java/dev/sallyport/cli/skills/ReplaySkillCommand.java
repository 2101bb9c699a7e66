package dev.sallyport.cli.skills;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.CommandFailure;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.output.Json;
import dev.sallyport.cli.verify.Verification;
import dev.sallyport.cli.verify.VerifyOptions;
import dev.sallyport.cli.verify.bundle.Bundle;
import dev.sallyport.skillrunner.SkillCall;
import dev.sallyport.skillrunner.SkillResult;
import dev.sallyport.skillrunner.SkillRunner;
import dev.sallyport.skillrunner.host.HostTranscript;
import dev.sallyport.skillrunner.host.SkillHost;
import dev.sallyport.skills.SkillRefusedException;
import dev.sallyport.skills.manifest.SkillManifest;
import dev.sallyport.skills.pack.SkillPackage;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.dsse.Envelope;
import dev.sallyport.statements.dsse.EnvelopeRefusedException;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.json.CanonicalJson;
import dev.sallyport.statements.json.JsonRefusedException;
import dev.sallyport.statements.json.JsonRules;
import dev.sallyport.statements.predicate.ExecutionPermit;
import dev.sallyport.statements.predicate.Link;
import dev.sallyport.statements.predicate.Predicate;
import dev.sallyport.statements.predicate.ToolExecuted;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.skill.SkillPublication;
import dev.sallyport.statements.vocabulary.PermittedSkill;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** {@code sallyport skills replay}: a call of a skill once more, from its evidence. */
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        description = {
            "Run a call of a skill again from its evidence, on this machine, and compare. Exit code 1: it came out otherwise,",
            "or the evidence does not hold.",
            "",
            "The bundle is verified first, as `sallyport verify` does it. Arguments, grants, limits, time and the seed of",
            "random bytes are those of the permit; the package must be the one that the permit names. What the module read of",
            "files and of values that it keeps is what it read then, from the evidence; nothing is written. Code, answer, log",
            "and fuel must be the same, of a call that failed too. Of one whose time was over only the code is compared, and it",
            "may come out otherwise on another machine."
        },
        footer = {"  sallyport skills replay case.sallyport.zip --package signed.skill --trust trust.json"})
final class ReplaySkillCommand extends FleetCommand {
    @Mixin
    private VerifyOptions options = new VerifyOptions();

    @Option(names = "--package", paramLabel = "FILE", required = true, description = "The package of the skill.")
    private Path file = Path.of("");

    /** What the evidence says of the call. */
    private record Evidence(Digest permitDigest, ExecutionPermit permit, PermittedSkill skill, ToolExecuted executed) {}

    @Override
    protected ExitCode run() {
        Optional<Bundle> proven =
                Verification.of(options, () -> root().configuration().trust()).proven();
        if (proven.isEmpty()) {
            results().warning("the evidence does not hold, so nothing is run: `sallyport verify` says why");
            return ExitCode.NEGATIVE;
        }
        Bundle bundle = proven.get();
        Evidence evidence = evidence(bundle);
        RecordedCall recorded = new RecordedCall(evidence.executed(), bundle.details());
        if (!recorded.endedByItself()) {
            throw usage(
                    "the call was not ended by its module (" + recorded.code() + "), so there is nothing to repeat");
        }
        try {
            SkillPackage skill = SkillPackage.read(SkillFolder.bytes(file, SkillPackage.MAX_BYTES));
            if (!skill.digest().equals(evidence.skill().packageDigest())) {
                throw usage("the permit names the package " + evidence.skill().packageDigest() + ", and " + file
                        + " is " + skill.digest());
            }
            SkillRunner runner = new SkillRunner();
            SkillCall call = SkillCall.permitted(
                    tool(skill.manifest(), evidence.permit()),
                    arguments(bundle, evidence.permit()),
                    evidence.skill(),
                    evidence.permit().limits(),
                    evidence.permit().issued().at(),
                    evidence.permitDigest());
            SkillResult result = runner.run(runner.compile(skill), call, host(evidence.executed(), recorded));
            return compare(bundle, evidence, recorded, result);
        } catch (SkillRefusedException e) {
            throw usage("the package is refused (" + e.refusal().name() + "): " + e.getMessage());
        }
    }

    private ExitCode compare(Bundle bundle, Evidence evidence, RecordedCall recorded, SkillResult result) {
        RecordedCall.Compared answer = recorded.answerOf(result);
        RecordedCall.Compared log = recorded.logOf(result);
        if (answer == RecordedCall.Compared.ERASED) {
            throw usage("what the call gave is not in the bundle: it was erased, so nothing can be compared");
        }
        if (log == RecordedCall.Compared.ERASED) {
            results().warning("the log of the call is not in the bundle: it was erased, so it is not compared");
        }
        boolean same = recorded.hasCodeOf(result)
                && recorded.hasFuelOf(result)
                && answer == RecordedCall.Compared.SAME
                && log != RecordedCall.Compared.OTHER;
        ObjectNode found = Json.mapper().createObjectNode();
        found.put("proposal_id", bundle.proposalId())
                .put("package_digest", evidence.skill().packageDigest().hex())
                .put("same", same)
                .put("recorded_code", recorded.code())
                .put("code", RecordedCall.code(result))
                .put("recorded_output", recorded.answer())
                .put("output", result instanceof SkillResult.Answered answered ? answered.output() : null)
                .put("log", log.name().toLowerCase(Locale.ROOT))
                .put("recorded_fuel", recorded.fuel())
                .put("fuel", Long.toString(result.usage().fuel()));
        if (result instanceof SkillResult.Failed failed) {
            found.put("failure", failed.failure().name() + ": " + failed.detail());
        }
        results().object(found);
        return same ? ExitCode.OK : ExitCode.NEGATIVE;
    }

    private Evidence evidence(Bundle bundle) {
        Map<Digest, Predicate> call = new LinkedHashMap<>();
        for (Bundle.Leaf leaf : bundle.statements()) {
            if (leaf.call()) {
                Envelope envelope = envelope(leaf);
                call.put(envelope.digest(), predicate(envelope));
            }
        }
        for (Predicate predicate : call.values()) {
            if (predicate instanceof ToolExecuted executed) {
                for (Link link : executed.links()) {
                    if (call.get(link.digest()) instanceof ExecutionPermit permit
                            && permit.runtime().skill() != null) {
                        return new Evidence(
                                link.digest(), permit, permit.runtime().skill(), executed);
                    }
                }
            }
        }
        throw usage("no skill ran in the call " + bundle.proposalId());
    }

    private static Envelope envelope(Bundle.Leaf leaf) {
        try {
            return Envelope.decode(leaf.envelope());
        } catch (EnvelopeRefusedException e) {
            throw new IllegalStateException("a proven statement cannot be read", e);
        }
    }

    private static Predicate predicate(Envelope envelope) {
        try {
            return Statement.parse(envelope.payload()).predicate();
        } catch (StatementRefusedException e) {
            throw new IllegalStateException("a proven statement cannot be read", e);
        }
    }

    private String tool(SkillManifest manifest, ExecutionPermit permit) {
        return manifest.tools().stream()
                .map(each -> each.name())
                .filter(name -> SkillPublication.toolName(manifest.id(), name).equals(permit.tool()))
                .findFirst()
                .orElseThrow(() -> usage("the skill has no tool " + permit.tool()));
    }

    private ObjectNode arguments(Bundle bundle, ExecutionPermit permit) {
        byte[] detail = bundle.details().get(permit.argsDigest());
        if (detail == null) {
            throw usage("the arguments are not in the bundle: they were erased, so the call cannot be repeated");
        }
        try {
            return CanonicalJson.readObject(Detail.ofBytes(detail).content(), JsonRules.ARGUMENTS);
        } catch (JsonRefusedException e) {
            throw new IllegalStateException("the arguments of a permitted call cannot be read", e);
        }
    }

    private SkillHost host(ToolExecuted executed, RecordedCall recorded) {
        if (executed.outputs().stream().noneMatch(output -> output.name().equals("host"))) {
            return SkillHost.NONE;
        }
        byte[] transcript = recorded.bytes("host");
        if (transcript == null) {
            throw usage("what the module read is not in the bundle: it was erased, so the call cannot be repeated");
        }
        try {
            return HostTranscript.repeating(transcript);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure.Usage(String.valueOf(e.getMessage()), e);
        }
    }
}
