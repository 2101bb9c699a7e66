package dev.sallyport.attestation.reading;

import dev.sallyport.attestation.reading.ReadingStore.Reading;
import java.time.Duration;

/** Where readings are noted before their answers leave; the log tells of them when their period has ended. */
public final class ReadingLog {
    private final ReadingStore store;
    private final Duration period;
    private final Runnable continues;

    /**
     * Notes readings in periods of that length.
     *
     * @param continues throws when the database does not continue what was signed; then nobody is told anything out of it
     */
    public ReadingLog(ReadingStore store, Duration period, Runnable continues) {
        this.store = store;
        this.period = period;
        this.continues = continues;
    }

    /** Notes a reading, durably. */
    public void note(Reading reading) {
        continues.run();
        store.note(reading, period);
    }
}
