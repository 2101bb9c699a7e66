package dev.sallyport.attestation;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Starts the ledger. */
@SpringBootApplication(proxyBeanMethods = false)
public class AttestationService {
    /** Made by Spring. */
    AttestationService() {}

    /** Runs until it is told to end. */
    public static void main(String[] arguments) {
        SpringApplication.run(AttestationService.class, arguments);
    }
}
