package dev.sallyport.attestation.cases;

import dev.sallyport.attestation.index.Call;
import dev.sallyport.attestation.index.IndexedStatement;
import dev.sallyport.attestation.log.LoggedStatement;
import dev.sallyport.attestation.log.PublishedCheckpoint;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.record.Detail;
import java.util.List;
import java.util.Map;

/**
 * The life of one call as the log held it at a checkpoint.
 *
 * @param statements every statement about the call, in the order of the log
 * @param entries the leaves of these, in the same order
 * @param supporting the statements that these link to, and the key-bound statements of all certificates used, in the
 *     order of the log
 * @param complete whether the call has ended and everything that its statements link to is in the log
 * @param details the details that are still kept; empty for a reader to whom they are not disclosed
 */
public record CaseFile(
        Call call,
        PublishedCheckpoint checkpoint,
        List<IndexedStatement> statements,
        List<LoggedStatement> entries,
        List<LoggedStatement> supporting,
        boolean complete,
        Map<Digest, Detail> details) {
    /** Copies the lists. */
    public CaseFile {
        statements = List.copyOf(statements);
        entries = List.copyOf(entries);
        supporting = List.copyOf(supporting);
    }

    CaseFile disclosing(Map<Digest, Detail> disclosed) {
        return new CaseFile(call, checkpoint, statements, entries, supporting, complete, disclosed);
    }
}
