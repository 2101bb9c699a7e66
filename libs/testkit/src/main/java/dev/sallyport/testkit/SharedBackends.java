package dev.sallyport.testkit;

/** Chooses the backends once per JVM. */
final class SharedBackends {
    static final String PROPERTY = "fleet.backends";

    static final FleetBackends INSTANCE = choose(System.getProperty(PROPERTY, "embedded"));

    private SharedBackends() {}

    private static FleetBackends choose(String kind) {
        return switch (kind) {
            case "embedded" -> new EmbeddedBackends(TestHome.shared());
            case "containers" -> new ContainerBackends();
            default ->
                throw new IllegalArgumentException(
                        "-D" + PROPERTY + "=" + kind + " is unknown: use embedded or containers");
        };
    }
}
