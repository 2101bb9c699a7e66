package dev.sallyport.statements.vocabulary;

/**
 * The rungs of the sandbox ladder; a stronger one satisfies a weaker demand. Tiers are compared within one {@link
 * RuntimeKind} only: what a node has proven for WebAssembly says nothing of the processes that it can start.
 */
public enum Tier {
    /** WebAssembly in the node's process. Satisfies any demand that is made of WebAssembly. */
    A,
    /** A process under Landlock and seccomp. */
    B,
    /** A process in namespaces of its own (Linux: bubblewrap). */
    C;

    /** Whether running in this tier meets the demand for that one. */
    public boolean satisfies(Tier demanded) {
        return this == A || (demanded != A && compareTo(demanded) >= 0);
    }

    /** The one of the two that meets both demands. */
    public static Tier stricter(Tier a, Tier b) {
        return a.satisfies(b) ? a : b;
    }
}
