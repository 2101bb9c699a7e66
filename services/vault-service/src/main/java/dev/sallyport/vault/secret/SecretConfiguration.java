package dev.sallyport.vault.secret;

import dev.sallyport.servicekit.lifecycle.RepeatedTask;
import dev.sallyport.vault.keyring.KeyRing;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The periodic task of this package. */
@Configuration(proxyBeanMethods = false)
class SecretConfiguration {
    /** Empties the old terms of the key ring. */
    @Bean
    RepeatedTask secretRewrap(SecretMaintenance maintenance, KeyRing ring) {
        return new RepeatedTask("secret-rewrap", Duration.ofMinutes(1), () -> {
            if (ring.state() == KeyRing.SealState.UNSEALED && ring.terms().size() > 1) {
                maintenance.rewrap();
            }
        });
    }
}
