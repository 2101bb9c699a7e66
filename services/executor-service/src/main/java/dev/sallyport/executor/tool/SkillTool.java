package dev.sallyport.executor.tool;

import dev.sallyport.executor.egress.Gateway;
import dev.sallyport.executor.platform.Platform;
import dev.sallyport.executor.platform.ToolUser;
import dev.sallyport.executor.sandbox.ToolFailure.InvalidInput;
import dev.sallyport.executor.sandbox.ToolFailure.InvalidModule;
import dev.sallyport.executor.sandbox.WorkspaceQuota;
import dev.sallyport.executor.skill.SkillModules;
import dev.sallyport.executor.skill.SkillWeb;
import dev.sallyport.skillrunner.CompiledSkill;
import dev.sallyport.skillrunner.SkillCall;
import dev.sallyport.skills.manifest.SkillManifest;
import dev.sallyport.statements.skill.SkillPublication;
import dev.sallyport.statements.vocabulary.PermittedSkill;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * The tools of skills: WebAssembly in the node's own process. A module gets what its manifest asks for, the operator grants
 * and the permit names; the permit is the smallest of the last two, and the runner keeps to the manifest.
 */
public final class SkillTool implements Tool {
    private final SkillModules modules;
    private final Gateway gateway;
    private final Platform platform;
    private final @Nullable ToolUser owner;
    private final Clock clock;
    private final int workspaceFiles;
    private final SessionHost.Turns turns = new SessionHost.Turns();

    /**
     * Tools whose results carry that clock's time.
     *
     * @param owner whose the files become that are written, null for this process's user
     */
    public SkillTool(SkillModules modules, Gateway gateway, Platform platform, @Nullable ToolUser owner, Clock clock) {
        this(modules, gateway, platform, owner, clock, WorkspaceQuota.USUAL_FILES);
    }

    /**
     * The same with a number of files of the operator's.
     *
     * @param workspaceFiles files and folders that a workspace may hold
     */
    public SkillTool(
            SkillModules modules,
            Gateway gateway,
            Platform platform,
            @Nullable ToolUser owner,
            Clock clock,
            int workspaceFiles) {
        this.workspaceFiles = workspaceFiles;
        this.modules = modules;
        this.gateway = gateway;
        this.platform = platform;
        this.owner = owner;
        this.clock = clock;
    }

    @Override
    public RunningTool start(ToolCall call) {
        PermittedSkill skill = call.terms().skill();
        if (skill == null) {
            throw new InvalidInput("The permit names no skill: propose the call again.");
        }
        return new SkillRun(call, skill, modules, () -> prepare(call, skill), clock);
    }

    /** Whose turn it is in a workspace. */
    SessionHost.Turns turns() {
        return turns;
    }

    /** Fetches and compiles what is not here yet. The arguments go in as they were permitted. */
    private SkillRun.Prepared prepare(ToolCall call, PermittedSkill skill) throws InterruptedException {
        CompiledSkill compiled = modules.compiled(skill.packageDigest());
        SkillManifest manifest = compiled.skill().manifest();
        if (!manifest.id().equals(skill.id()) || !manifest.version().text().equals(skill.version())) {
            throw new InvalidModule("The package is of " + manifest.id() + " "
                    + manifest.version().text() + ", not of the skill that the permit names.");
        }
        String tool = manifest.tools().stream()
                .map(each -> each.name())
                .filter(name -> SkillPublication.toolName(manifest.id(), name)
                        .equals(call.tool().name()))
                .findFirst()
                .orElseThrow(() -> new InvalidModule("The skill " + manifest.id() + " has no tool "
                        + call.tool().name() + "."));
        SkillWeb web = new SkillWeb(
                gateway,
                call.terms().egress(),
                call.secrets(),
                manifest.capabilities().secrets());
        return new SkillRun.Prepared(
                compiled,
                modules.signer(compiled.skill(), call.origin().workspaceId()),
                permitted(tool, call, skill),
                new SessionHost(platform, owner, call, manifest.id(), turns, web, workspaceFiles));
    }

    private static SkillCall permitted(String tool, ToolCall call, PermittedSkill skill) {
        try {
            return SkillCall.permitted(
                    tool,
                    call.arguments(),
                    skill,
                    call.terms().limits(),
                    call.origin().now(),
                    call.origin().seed());
        } catch (IllegalArgumentException e) {
            throw new InvalidModule(
                    "This node cannot grant what the permit does: " + e.getMessage() + ". Use a pool whose nodes can.");
        }
    }
}
