package dev.sallyport.vault;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Starts vault-service. */
@SpringBootApplication(proxyBeanMethods = false)
public class VaultService {
    /** Made by Spring. */
    VaultService() {}

    /** Runs until it is told to end. */
    public static void main(String[] arguments) {
        SpringApplication.run(VaultService.class, arguments);
    }
}
