package dev.sallyport.approval.grant;

import dev.sallyport.servicekit.lifecycle.RepeatedTask;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The periodic task of this package. */
@Configuration(proxyBeanMethods = false)
class GrantConfiguration {
    private static final Duration PAUSE = Duration.ofSeconds(1);

    @Bean
    RepeatedTask grantWithdrawalTask(Withdrawals withdrawals) {
        return new RepeatedTask("grant-withdrawal", PAUSE, withdrawals::takeBack);
    }
}
