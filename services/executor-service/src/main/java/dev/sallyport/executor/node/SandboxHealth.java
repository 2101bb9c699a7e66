package dev.sallyport.executor.node;

import dev.sallyport.executor.doctor.DoctorReport;
import dev.sallyport.executor.doctor.TierReport;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** Doctor's report as the health of {@code sandbox}: a node that can prove no tier is out of service. */
class SandboxHealth implements HealthIndicator {
    private final ProvenTiers tiers;

    SandboxHealth(ProvenTiers tiers) {
        this.tiers = tiers;
    }

    @Override
    public Health health() {
        DoctorReport report = tiers.report();
        if (report == null) {
            return Health.outOfService()
                    .withDetail("reason", "not examined yet")
                    .build();
        }
        return (report.tiers().stream().anyMatch(TierReport::available) ? Health.up() : Health.outOfService())
                .withDetail("doctor", report)
                .build();
    }
}
