package dev.sallyport.policy.proposal;

/** Proposals for tests, one for each thing that the shipped policies say. */
public final class SampleBodies {
    /** Allowed at once. */
    public static final String UNAME = """
            {"tool":"process.run","arguments":{"executable":"uname","args":["-a"]}}""";
    /** Denied: the program is not allowed. */
    public static final String CURL = """
            {"tool":"process.run","arguments":{"executable":"curl"}}""";
    /** A human is asked. */
    public static final String TOUCH = """
            {"tool":"process.run","arguments":{"executable":"touch","args":["a"]}}""";

    private SampleBodies() {}
}
