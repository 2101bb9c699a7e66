package dev.sallyport.approval.record;

import dev.sallyport.statements.record.Detail;
import org.jspecify.annotations.Nullable;

/**
 * A record with what a person reads of it.
 *
 * @param record the record with its answers
 * @param prompt what is shown; null once it was forgotten
 */
public record ShownRecord(ApprovalRecord record, @Nullable Detail prompt) {}
