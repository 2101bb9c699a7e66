package dev.sallyport.local.fleet;

/** What the AOT caches of a program's JVM are made from; each is better than the one before it. */
public enum Training {
    /** There are none. */
    NONE("none"),
    /** A run that ends once the program is assembled (JEP 483): the next start loads its classes from the cache. */
    START("start"),
    /**
     * A fleet that worked on calls for some minutes (JEP 515): the compilers know at once, too, which code is used, and how.
     */
    CALLS("calls");

    private final String id;

    Training(String id) {
        this.id = id;
    }

    /** Its name on the command line. */
    public String id() {
        return id;
    }
}
