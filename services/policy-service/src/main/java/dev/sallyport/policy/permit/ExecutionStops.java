package dev.sallyport.policy.permit;

/** Asks executor control to stop a call before it starts. */
@FunctionalInterface
public interface ExecutionStops {
    /** What came of it. */
    enum Answer {
        /** It will never start. */
        STOPPED,
        /** It had started; control kills it and says how it ended. */
        ALREADY_STARTED,
        /** Control did not answer; ask again. */
        UNKNOWN
    }

    /** Stops this call; asking again gives the same answer. */
    Answer stop(String proposalId, String reason);
}
