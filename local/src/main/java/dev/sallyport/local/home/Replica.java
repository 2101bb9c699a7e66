package dev.sallyport.local.home;

/**
 * One process of the fleet on one machine: a part, or one of several replicas of a service, or one of several nodes.
 *
 * @param part what it is
 * @param number from 1 on
 */
public record Replica(Part part, int number) {
    /** Only services and nodes may have a number above 1. */
    public Replica {
        boolean several = part == Part.NODE || part.isService();
        if (number < 1 || (number > 1 && !several)) {
            throw new IllegalArgumentException("There is no " + part.id() + " number " + number);
        }
    }

    /** The only one, or the first of several. */
    public static Replica first(Part part) {
        return new Replica(part, 1);
    }

    /** Name of its identity directory, its folder and its log, for example {@code policy-service-2}. */
    public String id() {
        if (part == Part.NODE) {
            return "node-default-" + nodeName();
        }
        return number == 1 ? part.id() : part.id() + "-" + number;
    }

    /** A node's name in the pool {@code default}. */
    public String nodeName() {
        return "node-" + number;
    }

    /**
     * The operating system's user that it runs as when the supervisor runs as root. Replicas of a service share the
     * user, since they share files; nodes share nothing.
     */
    public String user() {
        return part == Part.NODE && number > 1 ? part.user() + "-" + number : part.user();
    }
}
