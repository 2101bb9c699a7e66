package dev.sallyport.approval.signin.oidc;

/** States which accounts sign whom in, in the running transaction. */
public interface OidcAudit {
    /** A person has connected an account. */
    void connected(OidcAccount account);

    /** An account signs nobody in any more. */
    void disconnected(OidcAccount account, String by);
}
