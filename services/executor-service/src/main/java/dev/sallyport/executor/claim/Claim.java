package dev.sallyport.executor.claim;

import java.time.Duration;

/**
 * A call won by a node.
 *
 * @param permitRecord base64 of the permit's record, exact bytes
 * @param startedRecord base64 of the execution-started record, exact bytes
 * @param fence fencing number, to be named in every later request
 * @param leaseMs how long the lease holds from the claim on, in milliseconds
 * @param workspaceLost whether the session's workspace is on a node that is gone or was given up: the node refuses the
 *     call, and the session's next one begins with a workspace of its own
 */
public record Claim(String permitRecord, String startedRecord, long fence, long leaseMs, boolean workspaceLost) {
    /** The longest lease that anybody gives or believes: what bounds how long an old start can pass as one of now. */
    public static final Duration LONGEST_LEASE = Duration.ofMinutes(1);
}
