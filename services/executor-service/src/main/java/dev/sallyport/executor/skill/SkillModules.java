package dev.sallyport.executor.skill;

import dev.sallyport.executor.sandbox.ToolFailure.InvalidModule;
import dev.sallyport.skillrunner.CompiledSkill;
import dev.sallyport.skillrunner.SkillRunner;
import dev.sallyport.skills.SkillRefusedException;
import dev.sallyport.skills.pack.PublisherKey;
import dev.sallyport.skills.pack.SkillPackage;
import dev.sallyport.statements.Digest;
import java.io.IOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The modules of skills that this node has compiled, each once, by the digest of their packages. They are kept in memory
 * alone: compiled code on a disk would be believed without having been checked. What is kept has a share of the heap, and
 * one package at a time is fetched and compiled.
 */
public final class SkillModules {
    private static final Logger log = LoggerFactory.getLogger(SkillModules.class);

    private static final int MOST_KEPT = 64;

    private static final int MOST_SIGNERS = 1024;

    /** Fetching and compiling, before the call's own time begins. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    /**
     * What the engine keeps for a byte of a module as it is run, with what counts its fuel: measured with one that is all
     * short instructions, the most.
     */
    private static final long BYTES_PER_BYTE = 60;

    private final SkillPackages packages;
    private final long share;
    private final ReentrantLock one = new ReentrantLock();
    private final Map<Digest, Kept> modules = new LinkedHashMap<>(16, 0.75f, true);
    private final LinkedHashMap<Installed, PublisherKey> signers = new LinkedHashMap<>(16, 0.75f, true);
    private volatile @Nullable SkillRunner runner;

    /** A package in a workspace. */
    private record Installed(Digest digest, String workspaceId) {}

    /** A module that is or will be compiled; it weighs nothing before it was fetched. */
    private static final class Kept {
        private final FutureTask<CompiledSkill> task;
        private long weight;

        Kept(FutureTask<CompiledSkill> task) {
            this.task = task;
        }
    }

    /** Modules of these packages; none can be run before {@link #warmUp}. */
    public SkillModules(SkillPackages packages) {
        this(packages, Runtime.getRuntime().maxMemory() / 4);
    }

    /** Modules that may keep so many bytes of the heap together. */
    public SkillModules(SkillPackages packages, long share) {
        this.packages = packages;
        this.share = share;
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
    public SkillRunner runner() {
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
    public CompiledSkill compiled(Digest digest) throws InterruptedException {
        SkillRunner engine = runner();
        Kept kept;
        synchronized (modules) {
            kept = modules.get(digest);
            if (kept == null) {
                kept = new Kept(new FutureTask<>(() -> make(engine, digest)));
                modules.put(digest, kept);
                // Not the call's own thread: whoever stops that call must not stop the others that wait for the module.
                Thread.ofVirtual().name("skill-" + digest.hex()).start(kept.task);
            }
        }
        try {
            return kept.task.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            throw new InvalidModule("The module of the skill was not ready in time: propose the call again.");
        } catch (ExecutionException e) {
            synchronized (modules) {
                modules.remove(digest, kept);
            }
            throw refused(digest, e.getCause());
        }
    }

    /**
     * Whose signature the workspace has installed the package with. Which one it is never changes, so it is fetched and
     * verified once.
     *
     * @throws InvalidModule when it cannot be had or is none of this package
     */
    public PublisherKey signer(SkillPackage skill, String workspaceId) throws InterruptedException {
        Installed installed = new Installed(skill.digest(), workspaceId);
        synchronized (signers) {
            PublisherKey known = signers.get(installed);
            if (known != null) {
                return known;
            }
        }
        PublisherKey signer;
        try {
            signer = skill.signerOf(packages.signature(installed.digest(), workspaceId));
        } catch (IOException | SkillRefusedException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException("the call was stopped");
            }
            throw refused(installed.digest(), e);
        }
        synchronized (signers) {
            signers.put(installed, signer);
            if (signers.size() > MOST_SIGNERS) {
                signers.pollFirstEntry();
            }
        }
        return signer;
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

    private CompiledSkill make(SkillRunner engine, Digest digest)
            throws IOException, SkillRefusedException, InterruptedException {
        one.lockInterruptibly();
        try {
            SkillPackage skill = read(digest);
            requireRoom(skill.module().length);
            long counted = engine.countedBytes(skill);
            requireRoom(counted);
            makeRoom(digest, BYTES_PER_BYTE * counted);
            return engine.compile(skill);
        } finally {
            one.unlock();
        }
    }

    private void requireRoom(long bytes) throws SkillRefusedException {
        if (BYTES_PER_BYTE * bytes > share) {
            throw new SkillRefusedException(
                    SkillRefusedException.Refusal.MODULE,
                    "Its module has " + bytes + " bytes with what counts its fuel, and this node takes at most "
                            + share / BYTES_PER_BYTE + ": make it smaller, or give the node a larger heap.");
        }
    }

    /**
     * Lets go of those that were called longest ago. Calls that run keep what they have; only the next one compiles again.
     * What is not yet fetched weighs nothing, and stays.
     */
    private void makeRoom(Digest digest, long weight) {
        synchronized (modules) {
            long free = share - weight - weight();
            int over = modules.size() - MOST_KEPT;
            Iterator<Map.Entry<Digest, Kept>> eldest = modules.entrySet().iterator();
            while ((free < 0 || over > 0) && eldest.hasNext()) {
                Map.Entry<Digest, Kept> entry = eldest.next();
                if (entry.getValue().weight > 0 && !entry.getKey().equals(digest)) {
                    free += entry.getValue().weight;
                    over--;
                    eldest.remove();
                }
            }
            Kept own = modules.get(digest);
            if (own != null) {
                own.weight = weight;
            }
        }
    }

    private long weight() {
        return modules.values().stream().mapToLong(kept -> kept.weight).sum();
    }

    /** How many modules are kept. */
    public int kept() {
        synchronized (modules) {
            return modules.size();
        }
    }
}
