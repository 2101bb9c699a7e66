package dev.sallyport.local.supervise;

import java.util.List;

/** Is told what becomes of each component. Called from several threads; throws nothing, lest the supervision end. */
public interface Progress {
    /** What a component is doing. */
    enum State {
        /** Those that it needs are not ready yet. */
        WAITING,
        /** It has been started and is not ready yet. */
        STARTING,
        /** It serves. */
        READY,
        /** It ended by itself, and is or will be started again. */
        RESTARTING,
        /** It ended by itself and is not started again until it is no longer held down. */
        HELD,
        /** It was told to stop and has ended. */
        STOPPED,
        /** It could not be started; the note says why. */
        FAILED
    }

    /** A component has come into another state; {@code note} is empty or one line. */
    void changed(String component, State state, String note);

    /** A component has become ready; {@code pid} is its process's id. */
    default void ready(String component, long pid) {
        changed(component, State.READY, "");
    }

    /** One that tells all of these. */
    static Progress of(List<Progress> all) {
        return new Progress() {
            @Override
            public void changed(String component, State state, String note) {
                all.forEach(one -> one.changed(component, state, note));
            }

            @Override
            public void ready(String component, long pid) {
                all.forEach(one -> one.ready(component, pid));
            }
        };
    }
}
