package dev.sallyport.approval.record.web;

import dev.sallyport.servicekit.lifecycle.RepeatedTask;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The periodic tasks of the event stream. */
@Configuration(proxyBeanMethods = false)
class StreamConfiguration {
    @Bean
    RepeatedTask approvalChangesTask(ApprovalStream stream) {
        return new RepeatedTask("approval-changes", Duration.ofSeconds(2), stream::lookAtOtherReplicas);
    }

    @Bean
    RepeatedTask approvalStreamKeepAliveTask(ApprovalStream stream) {
        return new RepeatedTask("approval-stream-keep-alive", Duration.ofSeconds(20), stream::keepAlive);
    }

    @Bean
    RepeatedTask approvalStreamAccessTask(ApprovalStream stream) {
        return new RepeatedTask("approval-stream-access", Duration.ofSeconds(5), stream::askAgain);
    }
}
