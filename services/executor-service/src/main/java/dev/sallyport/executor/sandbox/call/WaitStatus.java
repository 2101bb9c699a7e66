package dev.sallyport.executor.sandbox.call;

/** How a tool ended, as its platform saw it. */
public sealed interface WaitStatus {
    /**
     * By itself.
     *
     * @param status its exit status, 0 to 255
     */
    record Exited(int status) implements WaitStatus {}

    /**
     * By a signal that no limit sent.
     *
     * @param signal its number
     */
    record Signalled(int signal) implements WaitStatus {}

    /**
     * It never began.
     *
     * @param why a sentence
     */
    record NotStarted(String why) implements WaitStatus {}

    /**
     * The sandbox ended it for memory that the kernel keeps for it.
     *
     * @param what what it was, a sentence
     */
    record MemoryLimit(String what) implements WaitStatus {}

    /** The operating system ended it for its CPU time. */
    record CpuLimit() implements WaitStatus {}

    /** The operating system ended it for the size of a file. */
    record FileLimit() implements WaitStatus {}

    /**
     * The operating system ended it for something forbidden.
     *
     * @param what what it was, a sentence
     */
    record Forbidden(String what) implements WaitStatus {}

    /** Nothing is known: it was ended together with its sandbox, from outside of it. */
    record Unknown() implements WaitStatus {}
}
