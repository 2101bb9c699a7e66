package dev.sallyport.policy.access;

import dev.sallyport.policy.access.AccessException.Code;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.TokenTerms;
import dev.sallyport.statements.trust.SpiffeId;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whoever changes access, and what they may give away: nothing above their own roles, nothing that the credential they
 * show does not permit.
 *
 * @param actor for the record: a principal or a SPIFFE id
 * @param workspaceId their workspace
 * @param roles their roles there
 * @param permissions what their credential lets them do
 * @param accountable who answers for what they issue: the person themselves, or the one who answers for a service or an
 *     agent, so that nobody hides behind a token that was issued by a token
 * @param shown the token that they show; null for any other credential
 * @param ownerDevice whether they show the certificate of an owner's device
 * @param session whether they show a sign-in session of a page
 */
public record Grantor(
        String actor,
        String workspaceId,
        Set<String> roles,
        Set<Permission> permissions,
        String accountable,
        @Nullable Shown shown,
        boolean ownerDevice,
        boolean session) {
    /**
     * The token that a grantor shows.
     *
     * @param tokenId its id
     * @param channels channels it may speak through
     * @param terms how often it may be used, and beside which certificate
     * @param expiresAt until when it counts
     */
    public record Shown(String tokenId, List<String> channels, TokenTerms terms, Instant expiresAt) {
        /** Copies the channels. */
        public Shown {
            channels = List.copyOf(channels);
        }
    }

    /** Copies the sets. */
    public Grantor {
        roles = Set.copyOf(roles);
        permissions = Set.copyOf(permissions);
    }

    /** An owner's device that acts by its certificate alone, with these roles and every permission. */
    public static Grantor ownerDevice(String actor, String workspaceId, Collection<String> roles) {
        return new Grantor(
                actor, workspaceId, Set.copyOf(roles), Set.of(Permission.values()), actor, null, true, false);
    }

    /** Refuses the granting of a role above every one of the grantor's own. */
    void mustBeAbleToGrant(Collection<Role> granted) {
        for (Role role : granted) {
            if (roles.stream().flatMap(own -> Role.of(own).stream()).noneMatch(own -> own.mayGrant(role))) {
                throw new AccessException(
                        Code.ABOVE_OWN_ROLE,
                        "roles",
                        "You cannot give the role `" + role.wire() + "`, because it is above your own.");
            }
        }
    }

    /**
     * Refuses another person's credential, whatever the grantor's role. Whoever holds a person's credential answers as
     * that person, so only the owner's device lets another person in.
     */
    void mustBeAllowedToActAs(String person, String field) {
        if (!ownerDevice && !person.equals(actor)) {
            throw new AccessException(
                    Code.OTHER_PERSON,
                    field,
                    "Only the owner's device, or " + person + " themselves, can get a credential of " + person + ".");
        }
    }

    /** Refuses a session where a person's credential is asked for: it would count when the session has long ended. */
    void mustBeMoreThanASession(String field) {
        if (session) {
            throw new AccessException(
                    Code.SESSION_CANNOT_SIGN_IN,
                    field,
                    "A session gives no token of a person. Use your token or the owner's device.");
        }
    }

    /** Refuses every credential but the certificate of an owner's device. */
    void mustBeOwnersDevice(String field) {
        if (!ownerDevice) {
            throw new AccessException(
                    Code.ABOVE_OWN_ROLE,
                    field,
                    "Only an owner's device issues a link with which a person makes a key of their own.");
        }
    }

    /** Refuses a token that counts without the certificate that the shown one needs. */
    void mustBindTo(@Nullable SpiffeId certificate) {
        SpiffeId boundTo = shown == null ? null : shown.terms().certificate();
        if (boundTo != null && !boundTo.equals(certificate)) {
            throw new AccessException(
                    Code.ABOVE_OWN_ROLE,
                    "certificate",
                    "The token that you show counts beside the certificate " + boundTo
                            + " alone. It gives tokens that are bound to the same one only.");
        }
    }

    /** Whether it is this token that they show. */
    boolean shows(String tokenId) {
        return shown != null && shown.tokenId().equals(tokenId);
    }

    /**
     * Refuses a token of the grantor's own that reaches further than the one shown: through other channels, more often or
     * for longer. Whoever has stolen a narrow token must not make a wide one of it. Who manages members may let in
     * anybody, and is not held to it.
     *
     * @param until until when the new token would count
     */
    void mustNotOutreach(String principal, Collection<String> channels, int requestsPerMinute, Instant until) {
        if (shown == null || !principal.equals(actor) || permissions.contains(Permission.MEMBER_MANAGE)) {
            return;
        }
        if (!shown.channels().containsAll(channels)) {
            throw outreaching("channels", "speaks through " + String.join(", ", shown.channels()) + " only");
        }
        if (requestsPerMinute > shown.terms().requestsPerMinute()) {
            throw outreaching(
                    "requests_per_minute", "may make " + shown.terms().requestsPerMinute() + " requests in a minute");
        }
        if (until.isAfter(shown.expiresAt())) {
            throw outreaching("expires_in_days", "counts until " + shown.expiresAt());
        }
    }

    private static AccessException outreaching(String field, String what) {
        return new AccessException(
                Code.ABOVE_OWN_ROLE,
                field,
                "The token that you show " + what
                        + ", and gives you no token that reaches further. Ask for less, or let"
                        + " somebody who manages members issue it.");
    }

    /** Refuses a credential that permits more than the one shown. */
    void mustHold(Collection<Permission> needed, String field) {
        if (!permissions.containsAll(needed)) {
            throw new AccessException(
                    Code.ABOVE_OWN_ROLE,
                    field,
                    "This would permit more than the credential you show. Name only scopes that you have yourself.");
        }
    }
}
