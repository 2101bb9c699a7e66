package dev.sallyport.servicekit;

import dev.sallyport.nativecrypto.NativeCryptography;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.support.ResourcePropertySource;

/**
 * Adds the defaults that every service shares, weaker than anything the service says itself, and what follows from its
 * configuration: the database password from a file, the CA file that PostgreSQL is checked with, and
 * the certificate that PostgreSQL is shown.
 */
final class SallyportDefaults implements EnvironmentPostProcessor, Ordered {
    private static final String DRIVER = "spring.datasource.hikari.data-source-properties.";
    private static final String PASSWORD_FILE = "sallyport.datasource.password-file";

    @Override
    public int getOrder() {
        return ConfigDataEnvironmentPostProcessor.ORDER + 10;
    }

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        // Before the first key is read and the first connection made.
        NativeCryptography.install();
        try {
            Map<String, Object> derived = new HashMap<>();
            String identity = environment.getProperty("sallyport.identity.dir");
            if (identity != null) {
                Path tls = Path.of(identity).resolve("tls");
                derived.put(DRIVER + "sslrootcert", tls.resolve("ca.crt").toString());
                // Read again for each connection, so it is the one in force.
                derived.put(DRIVER + "sslcert", tls.resolve("tls.crt").toString());
                derived.put(DRIVER + "sslkey", tls.resolve("tls.key").toString());
                derived.put(DRIVER + "pemKeyAlgorithm", "EC");
            }
            String passwordFile = environment.getProperty(PASSWORD_FILE);
            if (passwordFile != null && environment.getProperty("spring.datasource.password") == null) {
                derived.put(
                        "spring.datasource.password",
                        Files.readString(Path.of(passwordFile), StandardCharsets.UTF_8)
                                .strip());
            }
            environment.getPropertySources().addLast(new MapPropertySource("sallyport-derived", derived));
            environment
                    .getPropertySources()
                    .addLast(new ResourcePropertySource(
                            "sallyport-defaults", new ClassPathResource("sallyport-defaults.properties")));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + PASSWORD_FILE + " or the service's defaults", e);
        }
    }
}
