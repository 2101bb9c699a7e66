package dev.sallyport.executor.claim;

import java.time.Duration;

/** What became of a lease that a node asked to renew. */
public sealed interface Renewed {
    /**
     * The lease holds on.
     *
     * @param lease how long, from now on
     */
    record Held(Duration lease) implements Renewed {}

    /**
     * The lease holds on, for the node to end the call.
     *
     * @param lease how long, from now on
     * @param reason why the call is to be ended
     */
    record Stop(Duration lease, StopReason reason) implements Renewed {}

    /** The lease is not this node's, or not any more. */
    record Lost() implements Renewed {}
}
