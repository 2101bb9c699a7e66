package dev.sallyport.attestation.reading;

import dev.sallyport.attestation.reading.ReadingStore.Reading;
import java.time.Duration;

/** Where readings are noted before their answers leave; the log tells of them when their period has ended. */
public final class ReadingLog {
    private final ReadingStore store;
    private final Duration period;

    /** Notes readings in periods of that length. */
    public ReadingLog(ReadingStore store, Duration period) {
        this.store = store;
        this.period = period;
    }

    /** Notes a reading, durably. */
    public void note(Reading reading) {
        store.note(reading, period);
    }
}
