package dev.sallyport.policy.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.policy.app.RunningPolicyService;
import dev.sallyport.policy.app.SharedService;
import org.junit.jupiter.api.Test;
import org.springframework.transaction.support.TransactionTemplate;

class ReplicasTest {
    private final RunningPolicyService service = SharedService.get();

    @Test
    void replicasCountEachOtherUntilOneIsSilentForLong() {
        Replicas own = service.bean(Replicas.class);
        Replicas second =
                new Replicas(service.jdbc(), service.bean(TransactionTemplate.class), "01J0000000000000000000SEC0");
        own.beat();
        assertThat(own.living()).isEqualTo(1);
        second.beat();
        own.beat();
        assertThat(own.living()).isEqualTo(2);
        assertThat(second.living()).isEqualTo(2);

        service.jdbc()
                .sql("update replica set seen_at = now() - interval '31 seconds' where instance like '%SEC0'")
                .update();
        own.beat();
        assertThat(own.living()).isEqualTo(1);
    }
}
