package dev.sallyport.attestation.intake;

import dev.sallyport.attestation.log.Batch;
import dev.sallyport.servicekit.inbox.DeadLetters.Letter;
import java.util.List;

/**
 * What was read, screened.
 *
 * @param batch to append
 * @param letters to put into the dead letters first
 */
public record Screened(Batch batch, List<Letter> letters) {
    /** Copies the list. */
    public Screened {
        letters = List.copyOf(letters);
    }
}
