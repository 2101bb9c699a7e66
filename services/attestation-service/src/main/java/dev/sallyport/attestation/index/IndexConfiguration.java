package dev.sallyport.attestation.index;

import dev.sallyport.attestation.log.Ledger;
import dev.sallyport.servicekit.lifecycle.RepeatedTask;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

/** Keeps the index close behind the log. */
@Configuration(proxyBeanMethods = false)
class IndexConfiguration {
    @Bean
    RepeatedTask indexing(IndexProjection projection) {
        return new RepeatedTask("indexing", Duration.ofMillis(500), projection::catchUp);
    }

    @Bean
    IndexingWake indexingWake(RepeatedTask indexing) {
        return new IndexingWake(indexing);
    }

    /** Reads at once when the log has grown. */
    static final class IndexingWake {
        private final RepeatedTask task;

        IndexingWake(RepeatedTask task) {
            this.task = task;
        }

        @EventListener
        void onGrown(Ledger.Grown grown) {
            task.wake();
        }
    }
}
