package dev.sallyport.arguments.profile;

/** What the arguments alone say about a call in a workspace that lets its program run unattended. */
public enum Outcome {
    /** The call only reads, and every argument is known: it may run confined, without a human. */
    UNATTENDED,
    /** A human is asked. */
    ASKED,
    /** It is refused, whoever asks for it. */
    DENIED
}
