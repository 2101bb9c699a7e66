package dev.sallyport.servicekit.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

class SettingsCheckTest {
    @Configuration(proxyBeanMethods = false)
    static class Nothing {}

    /** The compiler writes its names beside those of the kit. */
    @ConfigurationProperties("sallyport.test")
    record Chosen(Map<String, String> map) {}

    private static ConfigurableApplicationContext start(String... arguments) {
        SpringApplication application = new SpringApplication(Nothing.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        return application.run(arguments);
    }

    private static void variables(Map<String, Object> variables) {
        StandardEnvironment environment = new StandardEnvironment();
        environment
                .getPropertySources()
                .replace(
                        StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                        new SystemEnvironmentPropertySource(
                                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, variables));
        new SettingsCheck().postProcessEnvironment(environment, new SpringApplication(Nothing.class));
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void aWrongNameStopsTheStartInOneLineWithTheNearestName(CapturedOutput output) {
        assertThatThrownBy(() -> start("--sallyport.public.prot=1"))
                .isInstanceOf(UnknownSettingException.class)
                .hasMessage("No setting is called sallyport.public.prot (set in commandLineArgs)."
                        + " The nearest one is sallyport.public.port.");
        assertThat(output.toString())
                .contains("The nearest one is sallyport.public.port.")
                .doesNotContain("\tat ");
    }

    @Test
    void soDoesOneInAFileOrASystemProperty(@TempDir Path dir) throws IOException {
        Path file = Files.writeString(dir.resolve("application.properties"), "sallyport.fleet.polici-url=https://x\n");
        assertThatThrownBy(() -> start("--spring.config.additional-location=" + file))
                .isInstanceOf(UnknownSettingException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("sallyport.fleet.policy-url");
        System.setProperty("sallyport.identity.directory", "/nowhere");
        try {
            assertThatThrownBy(SettingsCheckTest::start)
                    .isInstanceOf(UnknownSettingException.class)
                    .hasMessageContaining("sallyport.identity.dir.");
        } finally {
            System.clearProperty("sallyport.identity.directory");
        }
    }

    @Test
    void soDoesAnEnvironmentVariable() {
        assertThatThrownBy(() -> variables(Map.of("SALLYPORT_PUBLIC_PROT", "1")))
                .isInstanceOf(UnknownSettingException.class)
                .hasMessageContaining("sallyport.public.port");
        assertThatCode(() -> variables(Map.of(
                        "SALLYPORT_FLEET_POLICY_URL", "https://x",
                        "SALLYPORT_FLEET_VAULTURL", "https://x",
                        "SALLYPORT_ACCESS_OWNERDEVICES_0", "owner",
                        "SALLYPORT_TOKEN", "of the command")))
                .doesNotThrowAnyException();
    }

    @Test
    void whatIsKnownMayBeSpelledInEveryWayThatSpringReads() {
        try (ConfigurableApplicationContext context = start(
                "--sallyport.request.maxBody=1MB",
                "--sallyport.access.owner-devices[0]=owner",
                "--sallyport.access.owner-devices[1]=second",
                "--sallyport.datasource.password-file=/dev/null",
                "--sallyport.instance=a")) {
            assertThat(context.isActive()).isTrue();
        }
    }

    @Test
    void namesBelowAMapAreTheOperators() throws IOException {
        KnownSettings known = KnownSettings.on(SettingsCheckTest.class.getClassLoader());
        assertThat(known.contains(ConfigurationPropertyName.of("sallyport.test.map.any.thing")))
                .isTrue();
        assertThat(known.contains(ConfigurationPropertyName.of("sallyport.test.more")))
                .isFalse();
    }
}
