package dev.sallyport.servicekit.outbox;

import dev.sallyport.statements.record.StatementRecord;

/**
 * Is told of a statement that the outbox gives up: its key has been revoked before the ledger had it, so that nobody will
 * ever accept it. Whoever waits for its effect has to be told otherwise.
 */
@FunctionalInterface
public interface GivenUpStatements {
    /** In the transaction that removes the statement from the outbox. */
    void givenUp(StatementRecord record);
}
