package dev.sallyport.executor.sandbox.canary;

import java.nio.file.Path;
import java.util.List;

/**
 * One program for one promise of a sandbox. Where nothing holds it, it ends with status 0.
 *
 * @param promise what it shows, as a statement
 * @param program one of the system's own
 */
public record SystemCanary(String promise, Path program, List<String> arguments, End end) {
    /** What it comes to in a sandbox that holds. */
    public enum End {
        /** It does what it is made for. */
        WORKS,
        /** It is refused, and says so by another status. */
        STOPPED,
        /** The deadline ends it. */
        TIMED_OUT
    }

    /** Copies the list. */
    public SystemCanary {
        arguments = List.copyOf(arguments);
    }

    /**
     * What canaries aim at; all of it is there while they run, and the node's user reaches it.
     *
     * @param secret a file of the host that the node can read
     * @param open a folder of the host that the node can write to
     * @param port something on this host listens to it
     */
    public record Targets(Path secret, Path open, int port) {}

    /** The canaries of a system. */
    @FunctionalInterface
    public interface Flock {
        /** Each promise once; the first one must show that a program runs at all. */
        List<SystemCanary> aimedAt(Targets targets);
    }
}
