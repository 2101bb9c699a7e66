package dev.sallyport.executor.sandbox.call;

/** How a tool ended, as its platform saw it. */
public sealed interface WaitStatus {
    /**
     * By itself.
     *
     * @param status its exit status as a shell reports it: 128 and the signal for one that a signal ended
     */
    record Exited(int status) implements WaitStatus {}

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

    /** Nothing is known: it was ended together with its sandbox. */
    record Unknown() implements WaitStatus {}
}
