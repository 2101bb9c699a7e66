package dev.sallyport.approval.signin;

import dev.sallyport.servicekit.lifecycle.RepeatedTask;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The periodic task of this package. */
@Configuration(proxyBeanMethods = false)
class SignInConfiguration {
    @Bean
    RepeatedTask sessionPruningTask(Sessions sessions) {
        return new RepeatedTask("session-pruning", Duration.ofHours(1), sessions::prune);
    }
}
