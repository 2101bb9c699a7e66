package dev.sallyport.approval.signin;

/** States sign-ins and sign-outs for the ledger, in the running transaction. */
public interface SignInAudit {
    /** A person signed in. */
    void signedIn(Session session);

    /** A person signed out. */
    void signedOut(Session session);
}
