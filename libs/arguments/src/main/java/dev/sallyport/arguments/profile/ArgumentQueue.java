package dev.sallyport.arguments.profile;

import java.util.List;

/** The arguments that are still to be read. */
final class ArgumentQueue {
    private final List<String> arguments;
    private int at;

    ArgumentQueue(List<String> arguments) {
        this.arguments = arguments;
    }

    boolean isEmpty() {
        return at == arguments.size();
    }

    /** The next one. Only where there is one. */
    String next() {
        return arguments.get(at++);
    }

    /** All that are left. */
    List<String> rest() {
        List<String> rest = arguments.subList(at, arguments.size());
        at = arguments.size();
        return rest;
    }
}
