package dev.sallyport.executor.control.skill;

import dev.sallyport.servicekit.lifecycle.RepeatedTask;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What is done about skills without anybody asking. */
@Configuration(proxyBeanMethods = false)
class SkillConfiguration {
    @Bean
    RepeatedTask failingSkills(Skills skills) {
        return new RepeatedTask("failing-skills", Duration.ofSeconds(15), skills::quarantineFailing);
    }
}
