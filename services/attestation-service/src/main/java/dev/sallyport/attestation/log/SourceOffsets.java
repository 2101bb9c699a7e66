package dev.sallyport.attestation.log;

import dev.sallyport.attestation.log.Batch.Partition;
import java.util.OptionalLong;
import org.springframework.stereotype.Component;

/** Where reading of each partition goes on, as the appends have stored it. */
@Component
public class SourceOffsets {
    private final LedgerStore store;

    SourceOffsets(LedgerStore store) {
        this.store = store;
    }

    /** The offset to read next; empty before the first append from the partition of this very topic. */
    public OptionalLong next(Partition partition) {
        return store.nextOffset(partition);
    }
}
