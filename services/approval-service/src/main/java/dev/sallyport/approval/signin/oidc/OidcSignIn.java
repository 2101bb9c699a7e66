package dev.sallyport.approval.signin.oidc;

import dev.sallyport.approval.signin.Session;
import dev.sallyport.approval.signin.Sessions;
import dev.sallyport.approval.signin.SignIn;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.access.TokenIntrospector;
import dev.sallyport.servicekit.problem.ProblemException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.core.oidc.OidcIdToken;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Sign-in at the organisation's OpenID provider. A person connects an account after a one-time link for it; the account
 * then signs that person in. Who is a member, and with which roles, is policy-service's to say: a provider lets nobody in.
 */
@Service
public class OidcSignIn {
    private static final int LONGEST_NAME = 200;
    private static final int LONGEST_SUBJECT = 255;
    private static final int LONGEST_PARAMETER = 4_000;

    private final OidcProperties properties;
    private final OidcProvider provider;
    private final OidcRequests requests;
    private final OidcAccounts accounts;
    private final OidcAudit audit;
    private final SignIn signIn;
    private final Sessions sessions;
    private final TokenIntrospector people;
    private final TransactionTemplate transaction;
    private final SecureRandom random = new SecureRandom();

    OidcSignIn(
            OidcProperties properties,
            OidcProvider provider,
            OidcRequests requests,
            OidcAccounts accounts,
            OidcAudit audit,
            SignIn signIn,
            Sessions sessions,
            TokenIntrospector people,
            TransactionTemplate transaction) {
        this.properties = properties;
        this.provider = provider;
        this.requests = requests;
        this.accounts = accounts;
        this.audit = audit;
        this.signIn = signIn;
        this.sessions = sessions;
        this.people = people;
        this.transaction = transaction;
    }

    /** What people call the provider; null where there is none. */
    public @Nullable String providerName() {
        return properties.isOn() ? properties.shownName() : null;
    }

    /**
     * What has begun.
     *
     * @param address where the browser goes
     * @param browser what its cookie is to hold, so that nobody else's browser ends it
     */
    public record Begun(String address, String browser) {
        /** Neither may be in a log. */
        @Override
        public String toString() {
            return "Begun";
        }
    }

    /**
     * What came of it.
     *
     * @param started the session that has begun; null where an account was connected
     */
    public record Ended(Sessions.@Nullable Started started) {}

    /**
     * Sends somebody to the provider.
     *
     * @param session the session whose person connects an account; null to sign in
     * @throws ProblemException 404 without a provider, 503 when it does not answer
     */
    public Begun begin(@Nullable String session) {
        refuseUnlessOn();
        OidcProvider.Begun begun = provider.begin();
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        String browser = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        requests.keep(begun, browser, session);
        return new Begun(begun.address(), browser);
    }

    /**
     * Takes back whom the provider sends.
     *
     * @param state as the provider repeats it
     * @param code what it says about who came; empty where it refuses
     * @param issuer who it says that it is (RFC 9207); empty where it does not
     * @param browser the value of the browser's cookie
     * @throws ProblemException 401 when it does not hold together or is nobody's account, 403 when the account may not, 503
     *     when the provider does not answer
     */
    public Ended end(String state, String code, String issuer, String browser) {
        refuseUnlessOn();
        if (!fits(state, browser) || !(issuer.isEmpty() || issuer.equals(properties.issuer()))) {
            throw notBegun();
        }
        OidcRequests.Taken taken = requests.take(state, browser).orElseThrow(OidcSignIn::notBegun);
        if (code.isEmpty() || code.length() > LONGEST_PARAMETER) {
            throw ProblemException.unauthenticated(
                    properties.shownName() + " did not sign you in. Begin again, or use a one-time link.");
        }
        OidcIdToken token = provider.redeem(taken.begun(), code);
        refuseOtherMail(token);
        return taken.session() == null ? new Ended(signedIn(token)) : connected(token, taken.session());
    }

    private Sessions.Started signedIn(OidcIdToken token) {
        OidcAccount account = accounts.find(properties.issuer(), subject(token)).orElseThrow(this::unknown);
        Principal person = people.byName(account.principal(), account.workspaceId())
                .filter(found -> found.kind() == Principal.Kind.PERSON)
                .orElseThrow(this::unknown);
        refuseOtherGroups(person, groups(token));
        return Objects.requireNonNull(transaction.execute(_ -> {
            // Whoever disconnects it meanwhile waits, and then ends this session too.
            if (!accounts.hold(account.id())) {
                throw unknown();
            }
            return signIn.signedInAtProvider(person, account.id());
        }));
    }

    private Ended connected(OidcIdToken token, String session) {
        Session whose = sessions.enrolling(session).orElseThrow(OidcSignIn::noLink);
        Principal person = people.byName(whose.principal(), whose.workspaceId()).orElseThrow(OidcSignIn::noLink);
        refuseOtherGroups(person, groups(token));
        String subject = subject(token);
        transaction.executeWithoutResult(_ -> {
            // The session may have ended meanwhile; whoever ends it now waits, and then removes this account too.
            if (!sessions.hold(session)) {
                throw noLink();
            }
            OidcAccount account = accounts.connect(
                            properties.issuer(), subject, whose.workspaceId(), whose.principal(), name(token))
                    .orElseThrow(() -> ProblemException.conflict(
                            "ACCOUNT_KNOWN_ALREADY",
                            "This account is connected already. An account signs one person in to one workspace:"
                                    + " disconnect it there first."));
            audit.connected(account);
        });
        return new Ended(null);
    }

    /**
     * Disconnects an account of a person.
     *
     * @throws ProblemException 404 when they have none of this id
     */
    public void disconnect(String workspaceId, String principal, String id) {
        transaction.executeWithoutResult(_ -> {
            OidcAccount account = accounts.remove(workspaceId, principal, id)
                    .orElseThrow(() -> ProblemException.notFound(
                            "You have no such account. It may have been disconnected before."));
            sessions.endAllOfProvider(workspaceId, principal);
            audit.disconnected(account, principal);
        });
    }

    private void refuseUnlessOn() {
        if (!properties.isOn()) {
            throw ProblemException.notFound("No OpenID provider is set (sallyport.oidc.issuer).");
        }
    }

    private void refuseOtherMail(OidcIdToken token) {
        if (properties.emailDomains().isEmpty()) {
            return;
        }
        String email = token.getEmail();
        boolean fits = Boolean.TRUE.equals(token.getEmailVerified())
                && email != null
                && properties
                        .emailDomains()
                        .contains(email.substring(email.lastIndexOf('@') + 1).toLowerCase(Locale.ROOT));
        if (!fits) {
            throw ProblemException.forbidden(
                    "EMAIL_NOT_ADMITTED",
                    "This account has no verified email address in a domain that is admitted here. Use another account,"
                            + " or a one-time link.");
        }
    }

    /** A role counts only with a group that the owner has named for it. */
    private void refuseOtherGroups(Principal person, Set<String> groups) {
        for (String role : person.roles()) {
            List<String> wanted = properties.roleGroups().get(role);
            if (wanted != null && wanted.stream().noneMatch(groups::contains)) {
                throw ProblemException.forbidden(
                        "PROVIDER_GROUP_MISSING",
                        "You are " + role + " here, and the account is in none of the groups for that at "
                                + properties.shownName() + ". Ask for the group there, or use a one-time link.");
            }
        }
    }

    private Set<String> groups(OidcIdToken token) {
        Object claim = token.getClaim(properties.groupsClaim());
        return claim instanceof List<?> several
                ? Set.copyOf(several.stream()
                        .filter(String.class::isInstance)
                        .map(String.class::cast)
                        .toList())
                : claim instanceof String one ? Set.of(one) : Set.of();
    }

    private String name(OidcIdToken token) {
        String name = token.getClaim(properties.nameClaim()) instanceof String text ? text : "";
        return name.substring(0, Math.min(name.length(), LONGEST_NAME));
    }

    private String subject(OidcIdToken token) {
        String subject = Objects.requireNonNullElse(token.getSubject(), "");
        if (subject.isEmpty() || subject.length() > LONGEST_SUBJECT) {
            throw unknown();
        }
        return subject;
    }

    private static boolean fits(String state, String browser) {
        return !state.isEmpty() && state.length() <= LONGEST_PARAMETER && !browser.isEmpty() && browser.length() <= 100;
    }

    private ProblemException unknown() {
        return ProblemException.unauthenticated("This account at " + properties.shownName()
                + " signs nobody in. Sign in with a one-time link for a key (`sallyport invite NAME --key`), and"
                + " connect the account on the page of your keys.");
    }

    private static ProblemException notBegun() {
        return ProblemException.unauthenticated(
                "This sign-in was not begun in this browser, took longer than ten minutes,"
                        + " or has been used. Begin again.");
    }

    /** Why no account is connected now. */
    public static ProblemException noLink() {
        return ProblemException.forbidden(
                "NO_LINK_FOR_A_KEY",
                "An account is connected within 15 minutes after a one-time link for a key. An owner makes one with"
                        + " `sallyport invite NAME --key`.");
    }
}
