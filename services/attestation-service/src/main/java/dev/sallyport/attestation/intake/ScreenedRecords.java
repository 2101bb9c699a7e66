package dev.sallyport.attestation.intake;

import dev.sallyport.attestation.log.Batch;
import dev.sallyport.servicekit.inbox.DeadLetters.Letter;
import java.util.List;

/**
 * What screening made of the records of one poll.
 *
 * @param batch what to append
 * @param letters what to put into the dead letters first
 */
public record ScreenedRecords(Batch batch, List<Letter> letters) {
    /** Copies the list. */
    public ScreenedRecords {
        letters = List.copyOf(letters);
    }
}
