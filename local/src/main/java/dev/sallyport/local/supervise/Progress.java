package dev.sallyport.local.supervise;

/** Is told what becomes of each component. Called from several threads. */
public interface Progress {

    /** What a component is doing. */
    enum State {
        WAITING,
        STARTING,
        READY,
        RESTARTING,
        STOPPED,
        FAILED
    }

    /** A component has come into another state; {@code note} is empty or one line. */
    void changed(String component, State state, String note);
}
