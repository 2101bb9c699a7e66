package dev.sallyport.executor;

import java.util.HashMap;
import java.util.Map;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * What the role decides before anything is configured: a node has no database and no Kafka, and its readiness asks for
 * its sandbox instead of a database.
 */
final class ExecutorRole implements EnvironmentPostProcessor, Ordered {
    @Override
    public int getOrder() {
        return ConfigDataEnvironmentPostProcessor.ORDER + 5;
    }

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        if (!application.getAllSources().contains(ExecutorService.class)) {
            return;
        }
        String role = environment.getProperty("sallyport.executor.role", "");
        if (!role.equals("control") && !role.equals("node")) {
            throw new IllegalStateException("Set sallyport.executor.role to control or node, not \"" + role + "\".");
        }
        if (role.equals("node")) {
            // Windows' own calls take UTF-16, whatever its code page is.
            if (!System.getProperty("os.name", "").startsWith("Windows")) {
                requireUnicode(System.getProperty("sun.jnu.encoding", ""));
            }
            Map<String, Object> node = new HashMap<>();
            node.put(
                    "spring.autoconfigure.exclude",
                    "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration,"
                            + "org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration");
            node.put(
                    "management.endpoint.health.group.readiness.include",
                    "readinessState,denylist,sandbox,storage,claims");
            environment.getPropertySources().addFirst(new MapPropertySource("executor-role", node));
        }
    }

    /** Java hands arguments to programs in the locale's encoding, and a question mark for what that does not have. */
    private static void requireUnicode(String encoding) {
        if (!encoding.equals("UTF-8")) {
            throw new IllegalStateException("The locale's encoding is " + encoding
                    + ", so programs would get other arguments than those that were approved: start the node with"
                    + " LC_ALL=C.UTF-8.");
        }
    }
}
