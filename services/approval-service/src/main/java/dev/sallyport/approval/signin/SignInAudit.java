package dev.sallyport.approval.signin;

import org.jspecify.annotations.Nullable;

/** States sign-ins and sign-outs for the ledger, in the running transaction. */
public interface SignInAudit {
    /**
     * A person signed in.
     *
     * @param by what with: {@code link}, {@code passkey} or {@code oidc}
     * @param account which account at the OpenID provider; null where none was used
     */
    void signedIn(Session session, String by, @Nullable String account);

    /** A person signed out. */
    void signedOut(Session session);
}
