package dev.sallyport.testkit.service;

import dev.sallyport.testkit.EmptyDenylist;
import dev.sallyport.testkit.TestFleet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * A Spring Boot application of the fleet that a test starts, on real backends and free ports. Whoever started it closes
 * it; one that all tests of a JVM share is given to {@link dev.sallyport.testkit.AtExit}.
 */
public abstract class RunningApplication implements AutoCloseable {
    /** What it is configured with; a change is seen by the next start. */
    public final Map<String, String> properties;

    private final Class<?>[] sources;
    private ConfigurableApplicationContext context;

    /** Starts it; without vault-service, it finds a signed denylist that denies nobody. */
    protected RunningApplication(Map<String, String> properties, Class<?>... sources) {
        this.properties = new HashMap<>(properties);
        this.sources = sources.clone();
        if (!Files.exists(state().resolve("denylist.json"))) {
            EmptyDenylist.leaveIn(state(), TestFleet.shared().identity("vault-service"));
        }
        this.context = run();
    }

    /** The configuration of a service with a database and topics of its own, and of whatever a test adds. */
    public static Map<String, String> properties(String service, Map<String, String> more) {
        Map<String, String> properties = new HashMap<>(TestFleet.shared().properties(service));
        properties.putAll(more);
        return properties;
    }

    private ConfigurableApplicationContext run() {
        SpringApplication application = new SpringApplication(sources);
        // Spring's hook would close it beside its database; who started it closes it.
        application.setRegisterShutdownHook(false);
        return application.run(properties.entrySet().stream()
                .map(property -> "--" + property.getKey() + "=" + property.getValue())
                .toArray(String[]::new));
    }

    /** The port of the public connector. */
    protected abstract int publicPort();

    /** Ends it and leaves everything else as it is. */
    public void stop() {
        context.close();
    }

    /** Starts it, after it was ended if it runs, with the same database, topics and identity. */
    public void restart() {
        stop();
        context = run();
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    public ConfigurableApplicationContext context() {
        return context;
    }

    /** A property that it was started with. */
    public String property(String name) {
        return Objects.requireNonNull(properties.get(name), name);
    }

    /** The folder of its own files. */
    public Path state() {
        return Path.of(property("sallyport.state.dir"));
    }

    /** A topic's name with its prefix. */
    public String topic(String name) {
        return property("sallyport.kafka.topic-prefix") + name;
    }

    /** Its topics as that service sees them. */
    public TopicClient topics(String identity) {
        return new TopicClient(identity, property("sallyport.kafka.topic-prefix"));
    }

    /** An address on the internal connector. */
    public String internal(String path) {
        return "https://localhost:" + context.getEnvironment().getRequiredProperty("local.server.port") + path;
    }

    /** An address on the public connector. */
    public String open(String path) {
        return "http://localhost:" + publicPort() + path;
    }

    @Override
    public void close() {
        stop();
    }
}
