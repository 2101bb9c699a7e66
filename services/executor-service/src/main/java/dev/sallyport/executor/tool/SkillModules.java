package dev.sallyport.executor.tool;

import dev.sallyport.executor.sandbox.ToolFailure.InvalidModule;
import dev.sallyport.skillrunner.CompiledSkill;
import dev.sallyport.skillrunner.SkillRunner;
import dev.sallyport.skills.SkillRefusedException;
import dev.sallyport.skills.pack.SkillPackage;
import dev.sallyport.statements.Digest;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The modules of skills that this node has compiled, each once, by the digest of their packages. They are kept in memory
 * alone: compiled code on a disk would be believed without having been checked.
 */
public final class SkillModules {
    private static final Logger log = LoggerFactory.getLogger(SkillModules.class);

    private static final int MOST_KEPT = 64;

    /** Fetching and compiling, before the call's own time begins. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final SkillPackages packages;
    private final Map<Digest, FutureTask<CompiledSkill>> modules = new LinkedHashMap<>(16, 0.75f, true);
    private volatile @Nullable SkillRunner runner;

    /** Modules of these packages; none can be run before {@link #warmUp}. */
    public SkillModules(SkillPackages packages) {
        this.packages = packages;
    }

    /** Prepares the engine, which takes some hundred milliseconds; without effect once it has succeeded. */
    public synchronized void warmUp() {
        if (runner == null) {
            runner = new SkillRunner();
        }
    }

    /** Whether modules can be run: the engine has gone through a module of our own. */
    public boolean ready() {
        SkillRunner engine = runner;
        return engine != null && engine.accepts();
    }

    /** The engine. */
    SkillRunner runner() {
        SkillRunner engine = runner;
        if (engine == null) {
            throw new InvalidModule("The engine for skills is not ready on this node: propose the call again.");
        }
        return engine;
    }

    /**
     * The module of the package with this digest.
     *
     * @throws InvalidModule when it cannot be had or is not valid
     */
    CompiledSkill compiled(Digest digest) throws InterruptedException {
        SkillRunner engine = runner();
        FutureTask<CompiledSkill> task;
        synchronized (modules) {
            task = modules.get(digest);
            if (task == null) {
                task = new FutureTask<>(() -> engine.compile(read(digest)));
                modules.put(digest, task);
                evict();
                // Not the call's own thread: whoever stops that call must not stop the others that wait for the module.
                Thread.ofVirtual().name("skill-" + digest.hex()).start(task);
            }
        }
        try {
            return task.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            throw new InvalidModule("The module of the skill was not ready in time: propose the call again.");
        } catch (ExecutionException e) {
            synchronized (modules) {
                modules.remove(digest, task);
            }
            throw refused(digest, e.getCause());
        }
    }

    private static InvalidModule refused(Digest digest, @Nullable Throwable cause) {
        if (cause instanceof SkillRefusedException refusal) {
            return new InvalidModule("The package of the skill is refused: " + refusal.getMessage());
        }
        log.warn("the package {} of a skill cannot be had", digest, cause);
        return new InvalidModule("The package of the skill could not be fetched by this node: propose the call again.");
    }

    private SkillPackage read(Digest digest) throws IOException, SkillRefusedException {
        SkillPackage skill = SkillPackage.read(packages.fetch(digest));
        if (!skill.digest().equals(digest)) {
            throw new SkillRefusedException(
                    SkillRefusedException.Refusal.CONTENT,
                    "It is another one than the permit names, with the digest " + skill.digest() + ".");
        }
        return skill;
    }

    /** Calls that run keep what they have; only the next one compiles again. */
    private void evict() {
        if (modules.size() > MOST_KEPT) {
            modules.remove(modules.keySet().iterator().next());
        }
    }

    /** How many modules are kept. */
    int kept() {
        synchronized (modules) {
            return modules.size();
        }
    }
}
