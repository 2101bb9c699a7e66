package dev.sallyport.vault;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;

/** Starts vault-service. */
@SpringBootApplication
@EnableConfigurationProperties(VaultProperties.class)
public class VaultServiceApplication {
    /** The process's entry. */
    public static void main(String[] arguments) {
        SpringApplication.run(VaultServiceApplication.class, arguments);
    }
}
