package dev.sallyport.approval.signin;

import dev.sallyport.approval.signin.Sessions.Started;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.problem.ProblemException;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionTemplate;

/** Turns a one-time link into a session, and ends it. */
@Service
public class SignIn {
    private final SignInLinks links;
    private final Sessions sessions;
    private final SignInAudit audit;
    private final TransactionTemplate transaction;

    SignIn(SignInLinks links, Sessions sessions, SignInAudit audit, TransactionTemplate transaction) {
        this.links = links;
        this.sessions = sessions;
        this.audit = audit;
        this.transaction = transaction;
    }

    /**
     * Redeems the link's code at policy-service, which lets it work once, and begins a session.
     *
     * @throws ProblemException 401 when the code does not work or is not a person's
     */
    public Started signIn(String code) {
        Principal person = links.redeem(code)
                .filter(principal -> principal.kind() == Principal.Kind.PERSON)
                .orElseThrow(() -> ProblemException.unauthenticated(
                        "This link does not work: it was used, it is older than 15 minutes, or it is not complete."
                                + " Ask for a new one."));
        return transaction.execute(status -> {
            Started started = sessions.start(person.workspaceId(), person.name());
            audit.signedIn(started.session());
            return started;
        });
    }

    /** Ends the session of this cookie; without effect if it has ended. */
    public void signOut(String token) {
        transaction.executeWithoutResult(status -> sessions.end(token).ifPresent(audit::signedOut));
    }
}
