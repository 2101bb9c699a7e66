package dev.sallyport.executor.claim;

/** A node renews the lease with this fencing number. */
public record LeaseRequest(long fence) {}
