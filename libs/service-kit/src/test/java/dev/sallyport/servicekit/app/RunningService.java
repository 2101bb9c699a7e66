package dev.sallyport.servicekit.app;

import dev.sallyport.servicekit.connector.TwoConnectors;
import dev.sallyport.testkit.service.RunningApplication;
import java.util.Map;

/** {@link TinyService} running as a service of the test fleet. */
public final class RunningService extends RunningApplication {
    private RunningService(Map<String, String> properties) {
        super(properties, TinyService.class);
    }

    /** Starts it as policy-service with a database and topics of its own. */
    public static RunningService start(Map<String, String> more) {
        return start("policy-service", more);
    }

    /** Starts it as any service. */
    public static RunningService start(String as, Map<String, String> more) {
        return new RunningService(properties(as, more));
    }

    /** Another process of the same service: same database, topics and identity. */
    public RunningService replica() {
        return new RunningService(properties);
    }

    @Override
    protected int publicPort() {
        return bean(TwoConnectors.class).publicPort();
    }
}
