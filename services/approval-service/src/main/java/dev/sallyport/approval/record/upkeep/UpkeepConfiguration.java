package dev.sallyport.approval.record.upkeep;

import dev.sallyport.approval.record.Approvals;
import dev.sallyport.servicekit.lifecycle.RepeatedTask;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The periodic tasks of this package. */
@Configuration(proxyBeanMethods = false)
class UpkeepConfiguration {
    @Bean
    RepeatedTask approvalSweepTask(Sweep sweep, ApprovalProperties properties) {
        return new RepeatedTask("approval-sweep", properties.sweepEvery(), sweep::timeOutDue);
    }

    @Bean
    RepeatedTask approvalEscalationTask(Sweep sweep, ApprovalProperties properties) {
        return new RepeatedTask("approval-escalation", properties.sweepEvery(), sweep::escalateDue);
    }

    @Bean
    RepeatedTask approvalForgettingTask(Approvals approvals, ApprovalProperties properties) {
        return new RepeatedTask(
                "approval-forgetting", properties.forgetEvery(), () -> approvals.forget(properties.detailsKept()));
    }
}
