package dev.sallyport.approval;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Starts approval-service. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class ApprovalService {
    /** Runs it until it is told to stop. */
    public static void main(String[] args) {
        SpringApplication.run(ApprovalService.class, args);
    }
}
