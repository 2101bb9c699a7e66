package dev.sallyport.attestation.index;

import dev.sallyport.attestation.log.LogReader;
import dev.sallyport.attestation.log.PublishedCheckpoint;
import dev.sallyport.servicekit.denylist.LedgerProofs;
import dev.sallyport.servicekit.outbox.InclusionSource;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.verify.Revocations.LedgerUnavailableException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Service;

/** Says which statements a published checkpoint covers, and whether their calls have ended. */
@Service
public class LedgerInclusion implements InclusionSource, LedgerProofs {
    private final LogReader log;
    private final StatementIndex index;

    LedgerInclusion(LogReader log, StatementIndex index) {
        this.log = log;
        this.index = index;
    }

    /**
     * What the log knows of a statement.
     *
     * @param digest the statement
     * @param index of its leaf, -1 without one
     * @param ended whether its call has ended; outside a call, whether it is included
     */
    public record Found(Digest digest, long index, boolean ended) {
        /** Whether a published checkpoint covers it. */
        public boolean included() {
            return index >= 0;
        }
    }

    /** One answer for each digest, in the same order. */
    public List<Found> find(List<Digest> digests) {
        long size = log.checkpoint().map(PublishedCheckpoint::size).orElse(0L);
        Map<Digest, Long> indexes = log.indexes(digests, size);
        Map<Digest, Boolean> ended = index.ended(indexes.keySet(), size);
        return digests.stream()
                .map(digest -> new Found(digest, indexes.getOrDefault(digest, -1L), ended.getOrDefault(digest, false)))
                .toList();
    }

    @Override
    public Optional<byte[]> proof(Digest statement) {
        PublishedCheckpoint checkpoint = log.checkpoint().orElse(null);
        if (checkpoint == null) {
            throw new LedgerUnavailableException("no checkpoint has been published yet", null);
        }
        Long index = log.indexes(List.of(statement), checkpoint.size()).get(statement);
        return Optional.ofNullable(index)
                .map(found -> log.proof(found, checkpoint).encode());
    }

    @Override
    public List<Inclusion> inclusion(List<Digest> digests) {
        return find(digests).stream()
                .map(found -> new Inclusion(found.digest(), found.included(), found.ended()))
                .toList();
    }
}
