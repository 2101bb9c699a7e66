package dev.sallyport.attestation.index.web;

import dev.sallyport.attestation.index.IndexedStatement;
import dev.sallyport.attestation.log.LoggedStatement;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An entry as a reader sees it.
 *
 * @param proof where its proof is
 * @param envelope the leaf's exact bytes (ASCII); only where one entry was asked for
 * @param certificates the signer's chain in PEM; only where one entry was asked for
 */
public record EntryView(
        long index,
        String digest,
        String type,
        @Nullable String event,
        @Nullable String workspaceId,
        String subject,
        @Nullable String proposalId,
        @Nullable String principal,
        @Nullable String tool,
        @Nullable String session,
        @Nullable String run,
        @Nullable String decision,
        @Nullable String outcome,
        @Nullable String code,
        String issuedBy,
        Instant issuedAt,
        String proof,
        @Nullable String envelope,
        @Nullable String certificates) {
    /** A row of a list. */
    public static EntryView of(IndexedStatement row) {
        return of(row, null, null);
    }

    /** One entry in full. */
    public static EntryView of(IndexedStatement row, LoggedStatement entry) {
        return of(row, new String(entry.envelope(), StandardCharsets.US_ASCII), entry.chainPem());
    }

    private static EntryView of(IndexedStatement row, @Nullable String envelope, @Nullable String certificates) {
        return new EntryView(
                row.index(),
                row.digest().hex(),
                row.type(),
                row.event(),
                row.workspaceId(),
                row.subject(),
                row.proposalId(),
                row.principal(),
                row.tool(),
                row.session(),
                row.run(),
                row.decision(),
                row.outcome(),
                row.code(),
                row.issuedBy(),
                row.issuedAt(),
                "/v1/entries/" + row.index() + "/proof",
                envelope,
                certificates);
    }
}
