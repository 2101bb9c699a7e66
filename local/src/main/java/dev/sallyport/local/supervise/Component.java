package dev.sallyport.local.supervise;

import java.util.concurrent.CompletableFuture;

/** A part of the fleet that runs as a process. */
public interface Component {
    /** Shown to people; unique. */
    String name();

    /**
     * Starts it and returns when it is ready for use.
     *
     * @throws RuntimeException when it did not become ready; nothing of it is left running then
     */
    Running start();

    /** A started part. */
    interface Running {
        /** The process's id. */
        long pid();

        /** Completes with the exit value when the process has ended, for whatever reason. */
        CompletableFuture<Integer> exit();

        /** Stops it in an orderly way, by force after a while; returns when the process has ended. */
        void stop();
    }
}
