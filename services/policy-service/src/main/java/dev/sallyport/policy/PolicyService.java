package dev.sallyport.policy;

import dev.sallyport.policy.policyset.TrialMain;
import dev.sallyport.servicekit.freeze.FreezeConfiguration;
import java.io.IOException;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Import;

/** policy-service: decides proposals of tool calls and answers who may do what. */
@SpringBootApplication
@ConfigurationPropertiesScan
@Import(FreezeConfiguration.class)
public class PolicyService {
    /** Starts the service, or the process in which it tries policy sets. */
    public static void main(String[] args) throws IOException {
        if (args.length == 1 && args[0].equals(TrialMain.ARGUMENT)) {
            TrialMain.run();
            return;
        }
        SpringApplication.run(PolicyService.class, args);
    }
}
