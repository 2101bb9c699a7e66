package dev.sallyport.executor.claim;

/**
 * A call won by a node.
 *
 * @param permitRecord base64 of the permit's record, exact bytes
 * @param startedRecord base64 of the execution-started record, exact bytes
 * @param fence fencing number, to be named in every later request
 * @param leaseMs how long the lease holds from the claim on
 */
public record Claim(String permitRecord, String startedRecord, long fence, long leaseMs) {}
