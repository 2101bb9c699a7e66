package dev.sallyport.attestation.index.web;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.sallyport.attestation.index.IndexedStatement;
import dev.sallyport.attestation.index.IndexedStatement.OfCall;
import dev.sallyport.attestation.index.StatedNames;
import dev.sallyport.attestation.index.StatedResult;
import dev.sallyport.attestation.log.LoggedStatement;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An entry as a reader sees it.
 *
 * @param proof where its proof is
 * @param leaf only where one entry was asked for
 */
public record EntryView(
        long index,
        String digest,
        @JsonUnwrapped IndexedStatement.Kind kind,
        @Nullable String workspaceId,
        String subject,
        @JsonUnwrapped CallView call,
        @JsonUnwrapped StatedResult result,
        @JsonUnwrapped StatedNames names,
        String issuedBy,
        Instant issuedAt,
        String proof,
        @JsonUnwrapped @Nullable Leaf leaf) {
    /**
     * The leaf itself.
     *
     * @param envelope its exact bytes (ASCII)
     * @param certificates the signer's chain in PEM
     */
    record Leaf(String envelope, String certificates) {}

    /** A row of a list. */
    public static EntryView of(IndexedStatement row) {
        return of(row, (Leaf) null);
    }

    /** One entry in full. */
    static EntryView of(IndexedStatement row, LoggedStatement entry) {
        return of(row, new Leaf(new String(entry.envelope(), StandardCharsets.US_ASCII), entry.chainPem()));
    }

    private static EntryView of(IndexedStatement row, @Nullable Leaf leaf) {
        OfCall call = row.call();
        return new EntryView(
                row.index(),
                row.digest().hex(),
                row.kind(),
                row.workspaceId(),
                row.subject(),
                call == null ? CallView.of(null, null) : CallView.of(call.id(), call.proposed()),
                row.result(),
                row.names(),
                row.issuedBy(),
                row.issuedAt(),
                "/v1/entries/" + row.index() + "/proof",
                leaf);
    }
}
