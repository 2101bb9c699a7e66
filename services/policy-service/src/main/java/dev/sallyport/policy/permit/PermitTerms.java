package dev.sallyport.policy.permit;

import dev.sallyport.policy.catalogue.ProgramTemplate;
import dev.sallyport.policy.catalogue.SkillOrigin;
import dev.sallyport.policy.catalogue.ToolCallConfig;
import dev.sallyport.policy.catalogue.ToolMetadata;
import dev.sallyport.policy.catalogue.WasmPluginRunnerPolicy;
import dev.sallyport.policy.engine.rule.Obligations;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.predicate.Egress;
import dev.sallyport.statements.predicate.ExecutionPermit;
import dev.sallyport.statements.predicate.Issuance;
import dev.sallyport.statements.predicate.Limits;
import dev.sallyport.statements.predicate.Link;
import dev.sallyport.statements.predicate.RuleRef;
import dev.sallyport.statements.predicate.SecretGrant;
import dev.sallyport.statements.vocabulary.EgressEnforcementMode;
import dev.sallyport.statements.vocabulary.PermittedProgram;
import dev.sallyport.statements.vocabulary.PermittedSkill;
import dev.sallyport.statements.vocabulary.RequiredRuntime;
import dev.sallyport.statements.vocabulary.RuntimeKind;
import dev.sallyport.statements.vocabulary.Tier;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * On which terms a call may run: what the tool says, never looser than what the workspace and the policies say.
 *
 * @param tool the tool's version that was decided on
 * @param config the workspace's configuration now
 * @param obligations what the determining policies demand
 * @param executable logical name of the program to start, null where the tool starts none
 * @param confined whether that program runs confined, as the policies were told
 * @param hosts hosts asked for
 * @param secrets secrets with their pinned versions
 */
public record PermitTerms(
        ToolMetadata tool,
        ToolCallConfig config,
        Obligations obligations,
        @Nullable String executable,
        boolean confined,
        List<String> hosts,
        List<SecretGrant> secrets) {
    /** Copies the lists. */
    public PermitTerms {
        hosts = List.copyOf(hosts);
        secrets = List.copyOf(secrets);
    }

    /**
     * The permit.
     *
     * @param links the statements it rests on
     * @param argsDigest digest of the arguments' detail
     * @param policySet the set that allowed it
     * @param lifted the rules that humans lifted
     * @param cut counted from 1
     * @param notAfter a claim must have happened by then
     * @param startBy no permit of the call is valid after that
     */
    public ExecutionPermit permit(
            Issuance issuance,
            List<Link> links,
            Digest argsDigest,
            Digest policySet,
            List<RuleRef> lifted,
            int cut,
            Instant notAfter,
            Instant startBy) {
        return new ExecutionPermit(
                issuance,
                links,
                argsDigest,
                tool.name(),
                tool.version(),
                tool.digest(),
                new RequiredRuntime(tool.placement().runtime(), executable, confined, skill(), program()),
                tier(),
                new Egress(mode(), hosts.stream().sorted().toList()),
                limits(),
                secrets,
                tool.placement().pool(),
                policySet,
                lifted,
                cut,
                notAfter,
                startBy);
    }

    /**
     * The least tier: the tool's, the workspace's or the policies', whichever is strictest. A program that reaches hosts has
     * a network of its own, with nothing in it but the way to the node's proxy: that is tier C.
     */
    public Tier tier() {
        Tier own = tool.placement().tier();
        Tier least = isProgram() ? Tier.stricter(config.processRunner().tierOf(tool.name()), own) : own;
        Tier demanded = obligations.sandboxTier();
        Tier strictest = demanded == null ? least : Tier.stricter(demanded, least);
        return isProgram() && !hosts.isEmpty() ? Tier.stricter(Tier.C, strictest) : strictest;
    }

    private boolean isProgram() {
        return tool.placement().runtime() == RuntimeKind.PROCESS;
    }

    /** What the program may be given beyond its arguments; null for any other tool. */
    private @Nullable PermittedProgram program() {
        if (!isProgram()) {
            return null;
        }
        ProgramTemplate template = tool.program();
        if (template != null) {
            return config.processRunner().program(template);
        }
        return executable == null
                ? PermittedProgram.NONE
                : config.processRunner().program(executable);
    }

    /** How the network is held: as the tool says, or as the policies where that is stricter. */
    public EgressEnforcementMode mode() {
        EgressEnforcementMode demanded = obligations.egress();
        EgressEnforcementMode own = tool.reach().egressMode();
        return demanded != null && demanded.compareTo(own) > 0 ? demanded : own;
    }

    /** The skill, with what the operator grants and the workspace allows; null for any other tool. */
    public @Nullable PermittedSkill skill() {
        SkillOrigin skill = tool.skill();
        if (skill == null) {
            return null;
        }
        WasmPluginRunnerPolicy most = config.wasmRunner();
        return new PermittedSkill(
                skill.id(),
                skill.release(),
                skill.packageDigest(),
                skill.capabilities().stream()
                        .filter(most.capabilities()::contains)
                        .sorted()
                        .toList(),
                Math.min(skill.fuel(), most.maxFuel()),
                Math.min(skill.hostCalls(), most.maxHostCalls()));
    }

    /** The tool's limits, with the workspace's on the time, on programs and on modules of skills. */
    public Limits limits() {
        Limits own = tool.placement().limits();
        boolean module = tool.skill() != null;
        Limits timed = new Limits(
                Math.min(own.wallMs(), config.executionTimeoutMs()),
                own.cpuMs(),
                module ? Math.min(own.memoryBytes(), config.wasmRunner().maxMemoryBytes()) : own.memoryBytes(),
                module ? Math.min(own.outputBytes(), config.wasmRunner().maxOutputBytes()) : own.outputBytes(),
                own.processes(),
                own.openFiles(),
                own.fileBytes(),
                own.workspaceBytes());
        return isProgram() ? config.processRunner().bound(tool.name(), timed) : timed;
    }
}
