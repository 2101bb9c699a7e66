package dev.sallyport.servicekit.telemetry;

import dev.sallyport.statements.verify.VerifiedRecord;

/**
 * Learns of every statement that this service has put out, after the commit: what a service counts about calls is what it
 * has stated about them. Declare it as a bean. It changes nothing, and what it throws is logged and no more.
 */
@FunctionalInterface
public interface StatementObserver {
    /** A statement of this service, or one that it has passed on for its node, with its evidence. */
    void stated(VerifiedRecord record);
}
