package dev.sallyport.policy.access.token;

import dev.sallyport.servicekit.lifecycle.RepeatedTask;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The periodic task of tokens. */
@Configuration(proxyBeanMethods = false)
class TokenConfiguration {
    @Bean
    RepeatedTask tokenUsesWriting(TokenUses uses) {
        return new RepeatedTask("token-uses", Duration.ofMinutes(1), uses::write);
    }
}
