package dev.sallyport.servicekit.app;

import dev.sallyport.servicekit.connector.TwoConnectors;
import dev.sallyport.testkit.EmptyDenylist;
import dev.sallyport.testkit.TestFleet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/** {@link TinyService} running as a service of the test fleet. */
public final class RunningService implements AutoCloseable {
    public final Map<String, String> properties;
    private ConfigurableApplicationContext context;

    /** Starts it as policy-service with a database and topics of its own. */
    public static RunningService start(Map<String, String> more) {
        return start("policy-service", more);
    }

    /** Starts it as any service. */
    public static RunningService start(String as, Map<String, String> more) {
        Map<String, String> properties = new HashMap<>(TestFleet.shared().properties(as));
        properties.putAll(more);
        return new RunningService(properties);
    }

    private RunningService(Map<String, String> properties) {
        this.properties = properties;
        Path state = Path.of(properties.get("sallyport.state.dir"));
        if (!Files.exists(state.resolve("denylist.json"))) {
            EmptyDenylist.leaveIn(state, TestFleet.shared().identity("vault-service"));
        }
        this.context = run();
    }

    private ConfigurableApplicationContext run() {
        SpringApplication application = new SpringApplication(TinyService.class);
        return application.run(properties.entrySet().stream()
                .map(e -> "--" + e.getKey() + "=" + e.getValue())
                .toArray(String[]::new));
    }

    /** Another process of the same service: same database, topics and identity. */
    public RunningService replica() {
        return new RunningService(properties);
    }

    /** Ends it and starts it again with the same database and topics. */
    public void restart() {
        context.close();
        context = run();
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    public ConfigurableApplicationContext context() {
        return context;
    }

    public String internal(String path) {
        int port = java.util.Objects.requireNonNull(((WebServerApplicationContext) context).getWebServer())
                .getPort();
        return "https://localhost:" + port + path;
    }

    public String open(String path) {
        return "http://localhost:" + bean(TwoConnectors.class).publicPort() + path;
    }

    /** Ends it for good, before the test does. */
    public void end() {
        context.close();
    }

    @Override
    public void close() {
        context.close();
    }
}
