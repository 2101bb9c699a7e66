package dev.sallyport.approval.record;

import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.record.StatementRecord;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import org.jspecify.annotations.Nullable;

/**
 * A request as it arrived: large, and therefore in a row of its own, which is read by its key and never for a list. The
 * signed record is the evidence of every answer; the prompt is forgotten some days after the end.
 */
@Entity
@Table(name = "approval_request")
class SignedRequest {
    @EmbeddedId
    @SuppressWarnings("UnusedVariable") // JPA finds the row by it
    private ApprovalKey key;

    private StatementRecord record;
    private @Nullable Detail prompt;

    /** For JPA. */
    @SuppressWarnings("NullAway.Init")
    protected SignedRequest() {}

    SignedRequest(ApprovalKey key, StatementRecord record, Detail prompt) {
        this.key = key;
        this.record = record;
        this.prompt = prompt;
    }

    /** The request's statement with certificates and evidence, without details. */
    StatementRecord record() {
        return record;
    }

    /** What a person reads; null once it was forgotten. */
    @Nullable
    Detail prompt() {
        return prompt;
    }
}
