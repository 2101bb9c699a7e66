package dev.sallyport.approval.signin;

import dev.sallyport.approval.key.AnswerSignatures;
import dev.sallyport.approval.key.Challenges;
import dev.sallyport.approval.key.PersonKey;
import dev.sallyport.approval.key.RelyingParty;
import dev.sallyport.approval.key.SubmittedSignature;
import dev.sallyport.approval.signin.Sessions.Started;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.access.TokenIntrospector;
import dev.sallyport.servicekit.problem.ProblemException;
import java.util.Base64;
import java.util.Map;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionTemplate;

/** Turns a one-time link or a passkey's answer into a session, and ends it. */
@Service
public class SignIn {
    private final SignInLinks links;
    private final Sessions sessions;
    private final SignInAudit audit;
    private final AnswerSignatures signatures;
    private final Challenges challenges;
    private final RelyingParty party;
    private final TokenIntrospector people;
    private final TransactionTemplate transaction;

    SignIn(
            SignInLinks links,
            Sessions sessions,
            SignInAudit audit,
            AnswerSignatures signatures,
            Challenges challenges,
            RelyingParty party,
            TokenIntrospector people,
            TransactionTemplate transaction) {
        this.signatures = signatures;
        this.challenges = challenges;
        this.party = party;
        this.people = people;
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
        SignInLinks.Redeemed redeemed = links.redeem(code)
                .filter(found -> found.person().kind() == Principal.Kind.PERSON)
                .orElseThrow(() -> ProblemException.unauthenticated(
                        "This link does not work: it was used, it is older than 15 minutes, or it is not complete."
                                + " Ask for a new one."));
        return begin(redeemed.person(), "link", redeemed.enrolsKey());
    }

    /** A challenge for a passkey that is to sign in, with the host name that it is for. */
    public Map<String, Object> passkeyOptions() {
        return Map.of(
                "challenge",
                Base64.getUrlEncoder().withoutPadding().encodeToString(challenges.issue(Challenges.SIGN_IN)),
                "rpId",
                party.id(),
                "userVerification",
                "required",
                "timeout",
                120_000);
    }

    /**
     * Begins a session for the person whose passkey answers a challenge.
     *
     * @param challenge the challenge that was answered, base64url; it counts once
     * @throws ProblemException 401 when it is not such an answer
     */
    public Started signInByPasskey(String challenge, SubmittedSignature submitted) {
        PersonKey key = signatures.signIn(challenge, submitted).orElseThrow(SignIn::passkeyRefused);
        Principal person = people.byName(key.key().principal(), key.workspaceId())
                .filter(found -> found.kind() == Principal.Kind.PERSON)
                .orElseThrow(SignIn::passkeyRefused);
        return transaction.execute(status -> {
            if (!challenges.take(Base64.getUrlDecoder().decode(challenge), Challenges.SIGN_IN)) {
                throw passkeyRefused();
            }
            return started(person, "passkey", false);
        });
    }

    /**
     * Begins a session for the person whose account an OpenID provider has named.
     *
     * @param account the account's id here, for records
     */
    public Started signedInAtProvider(Principal person, String account) {
        return transaction.execute(status -> {
            Started started = sessions.start(person.workspaceId(), person.name(), "oidc", false, person.roles());
            audit.signedIn(started.session(), "oidc", account);
            return started;
        });
    }

    private static ProblemException passkeyRefused() {
        return ProblemException.unauthenticated(
                "This passkey does not sign in here: it was not made here, was removed, or took longer than five"
                        + " minutes. Try again, or ask for a one-time link.");
    }

    private Started begin(Principal person, String by, boolean enrolsKey) {
        return transaction.execute(status -> started(person, by, enrolsKey));
    }

    private Started started(Principal person, String by, boolean enrolsKey) {
        Started started = sessions.start(person.workspaceId(), person.name(), by, enrolsKey, null);
        audit.signedIn(started.session(), by, null);
        return started;
    }

    /** Ends the session of this cookie; without effect if it has ended. */
    public void signOut(String token) {
        transaction.executeWithoutResult(status -> sessions.end(token).ifPresent(audit::signedOut));
    }
}
