package dev.sallyport.policy.activation;

import dev.sallyport.policy.engine.PolicyEngine;
import dev.sallyport.statements.Digest;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/**
 * Makes this process decide on the set that the database names. Each decision about a call reads the position in force
 * together with its other facts and brings the engine up to it first, so a set that was activated decides at once on
 * every replica; what asks for no call, such as the permissions of roles, follows within a second.
 *
 * <p>A set that cannot be loaded leaves nothing to decide on: everything is denied, and the process is not ready, until
 * it can be, or another set is activated.
 */
@Component
public class ActivePolicySet implements InitializingBean {
    private static final Logger log = LoggerFactory.getLogger(ActivePolicySet.class);
    private static final Duration TRY_AGAIN = Duration.ofSeconds(10);

    private final Activations activations;
    private final LoadedSets sets;
    private final PolicyEngine engine;
    private volatile long reached = -1;
    private volatile boolean failed;
    private volatile long failedAt;

    ActivePolicySet(Activations activations, LoadedSets sets, PolicyEngine engine) {
        this.activations = activations;
        this.sets = sets;
        this.engine = engine;
    }

    /** A baseline that does not compile stops the start; an uploaded set that does not leaves the process not ready. */
    @Override
    public void afterPropertiesSet() {
        sets.load(SetName.BASELINE);
        follow();
    }

    /** The position of the activation in force, as the database has it. */
    public long position() {
        return activations.position();
    }

    /** Whether this process decides on the set that it last knew to be in force. */
    boolean isLoaded() {
        return !failed;
    }

    /** Looks which set is in force, and makes it decide here. */
    void follow() {
        follow(activations.position());
    }

    /**
     * Makes the set decide here that is in force at this position, or at a later one. Returns at once where it does.
     */
    public void follow(long position) {
        if (isDone(position)) {
            return;
        }
        synchronized (this) {
            if (!isDone(position)) {
                load(activations.current());
            }
        }
    }

    private boolean isDone(long position) {
        return reached >= position && (!failed || System.nanoTime() - failedAt < TRY_AGAIN.toNanos());
    }

    private void load(Activation activation) {
        Digest digest = activation.set();
        SetName name = digest == null ? SetName.BASELINE : new SetName(digest);
        try {
            LoadedSet loaded = sets.load(name);
            engine.activate(loaded.snapshot());
            failed = false;
            log.info(
                    "Policy set {} is active with {} rules, version {}",
                    name,
                    loaded.snapshot().rules().size(),
                    loaded.snapshot().version());
        } catch (DataAccessException e) {
            // Without the database nothing is decided anyway. The set of before stays until it is back.
            throw e;
        } catch (RuntimeException e) {
            engine.deactivate();
            failed = true;
            failedAt = System.nanoTime();
            log.error("Policy set {} is active and cannot be loaded: everything is denied", name, e);
        }
        reached = activation.position();
    }
}
