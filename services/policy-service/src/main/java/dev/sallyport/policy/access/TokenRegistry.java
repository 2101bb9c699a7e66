package dev.sallyport.policy.access;

import dev.sallyport.policy.access.AccessException.Code;
import dev.sallyport.policy.access.token.ApiToken;
import dev.sallyport.policy.access.token.NewToken;
import dev.sallyport.policy.access.token.TokenRequest;
import dev.sallyport.policy.access.token.TokenTable;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.TokenTerms;
import dev.sallyport.servicekit.connector.ApiTokens;
import dev.sallyport.servicekit.identity.IdentityInForce;
import dev.sallyport.servicekit.ids.Ulids;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.statements.StatementJson;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** API tokens: minted, shown once, kept as SHA-256, looked up, replaced, revoked. */
@Component
public class TokenRegistry {
    private static final Pattern CHANNEL = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");
    private static final int MOST_DAYS = 365;

    private final TokenTable tokens;
    private final Members members;
    private final SignInTokens links;
    private final RolePermissions permissions;
    private final AccessAudit audit;
    private final IdentityInForce identity;
    private final Ulids ulids;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    TokenRegistry(
            TokenTable tokens,
            Members members,
            SignInTokens links,
            RolePermissions permissions,
            AccessAudit audit,
            IdentityInForce identity,
            Ulids ulids,
            Clock clock) {
        this.tokens = tokens;
        this.members = members;
        this.links = links;
        this.permissions = permissions;
        this.audit = audit;
        this.identity = identity;
        this.ulids = ulids;
        this.clock = clock;
    }

    /**
     * A token just issued.
     *
     * @param token what is known of it from now on
     * @param secret the token itself, which nobody can show again
     * @param roles the roles of its principal
     */
    public record Issued(ApiToken token, String secret, List<String> roles) {
        /** Copies the roles. */
        public Issued {
            roles = List.copyOf(roles);
        }
    }

    /**
     * Issues a token.
     *
     * @throws AccessException naming the field that is wrong or above the granter
     */
    @Transactional
    public Issued issue(Grantor grantor, TokenRequest request) {
        String kind = kind(request.kind());
        Duration lifetime = lifetime(request.expiresInDays());
        checkChannels(request.channels());
        TokenTerms terms = new TokenTerms(request.requestsPerMinute(), certificate(request.certificate()));
        Member member = member(grantor, request);
        checkGrant(grantor, member, request.scopes());
        grantor.mustBindTo(terms.certificate());
        grantor.mustNotOutreach(
                member.principal(),
                request.channels(),
                request.requestsPerMinute(),
                clock.instant().plus(lifetime));
        String secret = ApiTokens.mint(kind, random);
        ApiToken token = tokens.insert(new NewToken(
                ulids.next(),
                grantor.workspaceId(),
                member.principal(),
                ApiTokens.hash(secret),
                request.label(),
                request.scopes(),
                request.channels(),
                terms,
                grantor.accountable(),
                lifetime));
        attest(AuditEvent.TOKEN_ISSUED, grantor.actor(), "", token, Map.of());
        return new Issued(token, secret, member.roles());
    }

    /**
     * Issues a token in the place of another one, for the same and on the same terms. The other one counts on until the
     * overlap ends.
     *
     * @param expiresInDays the lifetime of the new one; null for as long as the old one's was
     * @param overlap for how long both count
     * @throws AccessException for a token that the workspace does not have, that has ended or was replaced before, or that
     *     permits more than the granter may give
     */
    @Transactional
    public Issued rotate(Grantor grantor, String tokenId, Duration overlap, @Nullable Integer expiresInDays) {
        ApiToken old = tokens.lockLive(grantor.workspaceId(), tokenId).orElse(null);
        if (old == null) {
            find(grantor, tokenId);
            throw new AccessException(
                    Code.TOKEN_ENDED, "token_id", "This token was revoked or has expired. Issue a new one.");
        }
        if (old.rotatedTo() != null) {
            throw new AccessException(
                    Code.TOKEN_ENDED,
                    "token_id",
                    "This token was replaced by " + old.rotatedTo() + " already. Replace that one.");
        }
        Member member = members.find(old.workspaceId(), old.principal())
                .orElseThrow(() -> new AccessException(
                        Code.NOT_A_MEMBER, "token_id", "`" + old.principal() + "` is no member of the workspace."));
        checkGrant(grantor, member, old.scopes());
        grantor.mustBindTo(old.terms().certificate());
        Duration own = Duration.between(old.createdAt(), old.expiresAt());
        Duration lifetime = expiresInDays == null ? own : lifetime(expiresInDays);
        // A token may put one in its own place that lives as long as it did.
        boolean itself = grantor.shows(old.tokenId()) && lifetime.compareTo(own) <= 0;
        grantor.mustNotOutreach(
                member.principal(),
                old.channels(),
                old.terms().requestsPerMinute(),
                itself ? old.expiresAt() : clock.instant().plus(lifetime));
        String secret = ApiTokens.mint(kind(member.kind()), random);
        ApiToken token = tokens.insert(new NewToken(
                ulids.next(),
                old.workspaceId(),
                old.principal(),
                ApiTokens.hash(secret),
                old.label(),
                old.scopes(),
                old.channels(),
                old.terms(),
                grantor.accountable(),
                lifetime));
        ApiToken ending = tokens.replace(old, token.tokenId(), overlap);
        attest(AuditEvent.TOKEN_ISSUED, grantor.actor(), "", token, Map.of("rotated_from", old.tokenId()));
        attest(
                AuditEvent.TOKEN_ROTATED,
                grantor.actor(),
                counting(old),
                ending,
                Map.of("expires_at_before", StatementJson.format(old.expiresAt()), "rotated_to", token.tokenId()));
        return new Issued(token, secret, member.roles());
    }

    /** A page of the tokens of a workspace, newest first. */
    public Page<ApiToken> list(String workspaceId, PageRequest page) {
        return Page.of(tokens.list(workspaceId, page), page, ApiToken::tokenId);
    }

    /**
     * Revokes a token, those that it was replaced by, and the links of its principal that nobody has used yet; a repeat
     * changes nothing.
     *
     * @throws AccessException {@code NOT_FOUND} for a token that the workspace does not have
     */
    @Transactional
    public ApiToken revoke(Grantor grantor, String tokenId) {
        Optional<ApiToken> revoked = tokens.revoke(grantor.workspaceId(), tokenId);
        revoked.ifPresent(token -> {
            // Whoever stole it may have had a link made.
            links.forgetUnused(token.workspaceId(), token.principal());
            attest(AuditEvent.TOKEN_REVOKED, grantor.actor(), counting(token), token, Map.of());
        });
        ApiToken token = revoked.orElseGet(() -> find(grantor, tokenId));
        if (token.rotatedTo() != null) {
            // Whoever stole it may have had it replaced.
            revoke(grantor, token.rotatedTo());
        }
        return token;
    }

    /**
     * Revokes what a member can act with.
     *
     * @param issued whether the tokens that it issued to others are revoked as well
     * @return how many there were
     */
    int revokeAll(Grantor grantor, Member member, boolean issued) {
        List<ApiToken> revoked = tokens.revokeAll(member.workspaceId(), member.principal(), issued);
        revoked.forEach(token -> attest(AuditEvent.TOKEN_REVOKED, grantor.actor(), counting(token), token, Map.of()));
        return revoked.size();
    }

    /** The tokens that count and that this member has issued. */
    List<String> issuedBy(Member member) {
        return tokens.issuedBy(member.workspaceId(), member.principal());
    }

    private ApiToken find(Grantor grantor, String tokenId) {
        return tokens.find(grantor.workspaceId(), tokenId)
                .orElseThrow(() -> new AccessException(Code.NOT_FOUND, "token_id", "There is no such token."));
    }

    private static String kind(String principalKind) {
        return switch (principalKind) {
            case "agent" -> ApiTokens.AGENT;
            case "person" -> ApiTokens.PERSON;
            case "service" -> ApiTokens.SERVICE;
            default ->
                throw new AccessException(
                        Code.INVALID_PRINCIPAL, "kind", "The kind of a token is `agent`, `person` or `service`.");
        };
    }

    private static Duration lifetime(int days) {
        if (days < 1 || days > MOST_DAYS) {
            throw new AccessException(Code.INVALID_LIFETIME, "expires_in_days", "A token lives from 1 to 365 days.");
        }
        return Duration.ofDays(days);
    }

    private @Nullable SpiffeId certificate(@Nullable String text) {
        if (text == null) {
            return null;
        }
        return SpiffeId.tryParse(text)
                .filter(id -> id.kind() == SpiffeId.Kind.DEVICE || id.kind() == SpiffeId.Kind.AGENT)
                .filter(id -> id.trustDomain().equals(identity.spiffeId().trustDomain()))
                .orElseThrow(() -> new AccessException(
                        Code.INVALID_CERTIFICATE,
                        "certificate",
                        "A token is bound to the SPIFFE id of a device or an agent of this fleet: spiffe://"
                                + identity.spiffeId().trustDomain() + "/agent/NAME or …/device/NAME."));
    }

    private Member member(Grantor grantor, TokenRequest request) {
        String principal = request.kind() + ":" + request.name();
        return switch (request.kind()) {
            case "agent" ->
                members.ensure(
                        grantor, principal, request.roles().isEmpty() ? List.of(Role.AGENT.wire()) : request.roles());
            case "service" -> members.ensure(grantor, principal, request.roles());
            default ->
                members.find(grantor.workspaceId(), principal)
                        .map(member -> Members.withRoles(member, request.roles()))
                        .orElseThrow(() -> new AccessException(
                                Code.NOT_A_MEMBER, "name", "`" + principal + "` is no member of the workspace."));
        };
    }

    /** A token permits nothing that the credential which issues it does not permit, whatever its kind. */
    private void checkGrant(Grantor grantor, Member member, Collection<String> scopes) {
        if (member.kind().equals("person")) {
            grantor.mustBeMoreThanASession("kind");
            grantor.mustBeAllowedToActAs(member.principal(), "name");
        }
        grantor.mustBeAbleToGrant(member.knownRoles());
        Set<Permission> own = permissions.of(member.workspaceId(), member.principal(), member.roles());
        Set<Permission> named = EnumSet.noneOf(Permission.class);
        for (String scope : scopes) {
            named.add(Permission.ofCode(scope)
                    .filter(own::contains)
                    .orElseThrow(() -> new AccessException(
                            Code.INVALID_SCOPE,
                            "scopes",
                            "`" + scope + "` is no permission of " + member.principal() + ".")));
        }
        grantor.mustHold(scopes.isEmpty() ? own : named, "scopes");
    }

    private static void checkChannels(List<String> channels) {
        if (channels.isEmpty()
                || channels.size() > 16
                || Set.copyOf(channels).size() != channels.size()
                || !channels.stream()
                        .allMatch(channel -> CHANNEL.matcher(channel).matches())) {
            throw new AccessException(
                    Code.INVALID_CHANNEL,
                    "channels",
                    "A token has 1 to 16 different channels. The name of one has at most 63 lower-case letters, digits,"
                            + " `.`, `_` and `-`.");
        }
    }

    /** What a token is good for while nobody has revoked it. */
    private static String counting(ApiToken token) {
        return "counts until " + StatementJson.format(token.expiresAt());
    }

    /** Attests what became of a token: how it stood before, empty for one that was not there, and how it stands now. */
    private void attest(AuditEvent event, String actor, String before, ApiToken token, Map<String, String> more) {
        Map<String, String> attributes = new HashMap<>(more);
        attributes.put("before", before);
        attributes.put("after", token.revokedAt() == null ? counting(token) : "revoked");
        attributes.put("principal", token.principal());
        attributes.put("label", token.label());
        attributes.put("scopes", String.join(" ", token.scopes()));
        attributes.put("channels", String.join(" ", token.channels()));
        attributes.put("expires_at", StatementJson.format(token.expiresAt()));
        attributes.put("requests_per_minute", Integer.toString(token.terms().requestsPerMinute()));
        SpiffeId certificate = token.terms().certificate();
        if (certificate != null) {
            attributes.put("certificate", certificate.toString());
        }
        audit.changed(event, token.workspaceId(), "token:" + token.tokenId(), actor, Map.copyOf(attributes));
    }
}
