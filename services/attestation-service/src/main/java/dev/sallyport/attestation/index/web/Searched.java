package dev.sallyport.attestation.index.web;

import dev.sallyport.servicekit.problem.ProblemException;

/**
 * How much of the log a question is answered from.
 *
 * @param size of the published log
 * @param indexed how many of its entries the index has read
 */
record Searched(long size, long indexed) {
    /** More than an index that keeps up is ever behind: this one is being built again, or does not get on. */
    private static final long MOST_MISSING = 20_000;

    /** What an index that has read so far has read of the published log. */
    static Searched of(long size, long read) {
        return new Searched(size, Math.min(read, size));
    }

    /** The number of entries that were read; 503 where an answer would leave out too much. */
    long enough() {
        if (size - indexed > MOST_MISSING) {
            throw ProblemException.unavailable(
                    "INDEX_BEHIND",
                    "The index has read " + indexed + " of " + size
                            + " entries, so that an answer would leave out too much. Ask again in a minute.",
                    null);
        }
        return indexed;
    }
}
