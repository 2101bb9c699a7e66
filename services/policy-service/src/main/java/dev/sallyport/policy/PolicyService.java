package dev.sallyport.policy;

import dev.sallyport.servicekit.freeze.FreezeConfiguration;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Import;

/** policy-service: decides proposals of tool calls and answers who may do what. */
@SpringBootApplication
@ConfigurationPropertiesScan
@Import(FreezeConfiguration.class)
public class PolicyService {
    /** Starts the service. */
    public static void main(String[] args) {
        SpringApplication.run(PolicyService.class, args);
    }
}
