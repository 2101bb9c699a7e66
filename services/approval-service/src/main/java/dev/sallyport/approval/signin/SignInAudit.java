package dev.sallyport.approval.signin;

/** States sign-ins and sign-outs for the ledger, in the running transaction. */
public interface SignInAudit {
    /**
     * A person signed in.
     *
     * @param by what with: {@code link} or {@code passkey}
     */
    void signedIn(Session session, String by);

    /** A person signed out. */
    void signedOut(Session session);
}
