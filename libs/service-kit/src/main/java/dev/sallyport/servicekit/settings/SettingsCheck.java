package dev.sallyport.servicekit.settings;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Set;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** Stops the start at a setting {@code sallyport.*} that nobody reads, wherever it is set, and names the nearest known. */
final class SettingsCheck implements EnvironmentPostProcessor, Ordered {
    private static final ConfigurationPropertyName ROOT = ConfigurationPropertyName.of("sallyport");
    /** Variables of the command and of the scripts, which a service inherits from the shell that started it. */
    private static final Set<ConfigurationPropertyName> OF_THE_COMMAND = Set.of(
            ConfigurationPropertyName.of("sallyport.home"),
            ConfigurationPropertyName.of("sallyport.token"),
            ConfigurationPropertyName.of("sallyport.config"),
            ConfigurationPropertyName.of("sallyport.console.url"),
            ConfigurationPropertyName.of("sallyport.debug"),
            ConfigurationPropertyName.of("sallyport.java.home"),
            ConfigurationPropertyName.of("sallyport.java.opts"),
            ConfigurationPropertyName.of("sallyport.version"),
            ConfigurationPropertyName.of("sallyport.policy.port"),
            ConfigurationPropertyName.of("sallyport.approval.port"),
            ConfigurationPropertyName.of("sallyport.executor.port"),
            ConfigurationPropertyName.of("sallyport.attestation.port"),
            ConfigurationPropertyName.of("sallyport.vault.port"));

    @Override
    public int getOrder() {
        return ConfigDataEnvironmentPostProcessor.ORDER + 20;
    }

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        try {
            KnownSettings known = KnownSettings.on(Objects.requireNonNull(application.getClassLoader()));
            for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
                if (source instanceof IterableConfigurationPropertySource names) {
                    check(known, names);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the names of the settings cannot be read", e);
        }
    }

    private static void check(KnownSettings known, IterableConfigurationPropertySource source) {
        boolean variables = source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource;
        for (ConfigurationPropertyName name : source) {
            if (!ROOT.isAncestorOf(name)
                    || (variables
                            ? OF_THE_COMMAND.contains(name) || known.containsVariable(name)
                            : known.contains(name))) {
                continue;
            }
            throw new UnknownSettingException("No setting is called " + name + " (set in "
                    + (source.getUnderlyingSource() instanceof PropertySource<?> named
                            ? named.getName()
                            : "the environment")
                    + "). The nearest one is " + known.nearestTo(name) + ".");
        }
    }
}
