package dev.sallyport.servicekit.access;

import java.util.Optional;

/**
 * Turns sign-in sessions into principals. approval-service implements it on its own table; everywhere else it is a call
 * to approval-service, remembered for at most 3 s.
 */
@FunctionalInterface
public interface SessionIntrospector {
    /** The cookie of the pages that holds a session. */
    String COOKIE = "sp_session";

    /**
     * The person signed in with this {@code sp_ses_…} token; empty when it is unknown, expired or signed out.
     *
     * @throws IntrospectionUnavailableException when nobody can answer now
     */
    Optional<Principal> bySession(String token);
}
