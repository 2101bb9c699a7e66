package dev.sallyport.executor.node.storage;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** The health of {@code storage}: a node with too little room takes no work and is out of service. */
public final class StorageHealth implements HealthIndicator {
    private final DiskFloor floor;

    /** Of that disk. */
    public StorageHealth(DiskFloor floor) {
        this.floor = floor;
    }

    @Override
    public Health health() {
        String shortage = floor.shortage();
        return shortage == null
                ? Health.up().build()
                : Health.outOfService().withDetail("reason", shortage).build();
    }
}
