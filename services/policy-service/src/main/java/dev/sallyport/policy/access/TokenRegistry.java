package dev.sallyport.policy.access;

import dev.sallyport.policy.access.AccessException.Code;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.connector.ApiTokens;
import dev.sallyport.servicekit.ids.Ulids;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.StatementJson;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** API tokens: minted, shown once, kept as SHA-256, looked up, revoked. */
@Component
public class TokenRegistry {
    private static final Pattern CHANNEL = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

    private static final String ISSUE = """
            insert into api_token (token_id, workspace_id, principal, hash, label, scopes, channels, accountable,
              expires_at)
            values (:id, :workspace, :principal, :hash, :label, :scopes, :channels, :accountable,
              now() + make_interval(days => :days))
            returning *""";

    private static final String LIVE = """
            select t.*, m.roles from api_token t
            join member m on m.workspace_id = t.workspace_id and m.principal = t.principal
            where t.hash = :hash and t.revoked_at is null and t.expires_at > now()""";

    private static final String LIST = """
            select * from api_token
            where workspace_id = :workspace and (cast(:after as text) is null or token_id < :after)
            order by token_id desc limit :limit""";

    private static final String FIND = """
            select * from api_token where workspace_id = :workspace and token_id = :id""";

    private static final String REVOKE = """
            update api_token set revoked_at = now()
            where workspace_id = :workspace and token_id = :id and revoked_at is null
            returning *""";

    private static final String REVOKE_ALL = """
            update api_token set revoked_at = now()
            where workspace_id = :workspace and revoked_at is null
              and (principal = :principal or (:issued and accountable = :principal))
            returning *""";

    private static final String ISSUED = """
            select token_id from api_token
            where workspace_id = :workspace and accountable = :principal and revoked_at is null and expires_at > now()
            order by token_id""";

    private final JdbcClient jdbc;
    private final Members members;
    private final RolePermissions permissions;
    private final AccessAudit audit;
    private final Ulids ulids;
    private final SecureRandom random = new SecureRandom();

    TokenRegistry(JdbcClient jdbc, Members members, RolePermissions permissions, AccessAudit audit, Ulids ulids) {
        this.jdbc = jdbc;
        this.members = members;
        this.permissions = permissions;
        this.audit = audit;
        this.ulids = ulids;
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
        String kind = switch (request.kind()) {
            case "agent" -> ApiTokens.AGENT;
            case "person" -> ApiTokens.PERSON;
            case "service" -> ApiTokens.SERVICE;
            default ->
                throw new AccessException(
                        Code.INVALID_PRINCIPAL, "kind", "The kind of a token is `agent`, `person` or `service`.");
        };
        if (request.expiresInDays() < 1 || request.expiresInDays() > 365) {
            throw new AccessException(Code.INVALID_LIFETIME, "expires_in_days", "A token lives from 1 to 365 days.");
        }
        checkChannels(request.channels());
        Member member = member(grantor, request);
        if (member.kind().equals("person")) {
            grantor.mustBeAllowedToActAs(member.principal(), "name");
        }
        grantor.mustBeAbleToGrant(member.knownRoles());
        checkScopes(grantor, member, request.scopes());
        String secret = ApiTokens.mint(kind, random);
        ApiToken token = jdbc.sql(ISSUE)
                .param("id", ulids.next())
                .param("workspace", grantor.workspaceId())
                .param("principal", member.principal())
                .param("hash", ApiTokens.hash(secret).bytes())
                .param("label", request.label())
                .param("scopes", TextArrays.parameter(request.scopes()))
                .param("channels", TextArrays.parameter(request.channels()))
                .param("accountable", grantor.actor())
                .param("days", request.expiresInDays())
                .query((rs, n) -> read(rs))
                .single();
        attest(AuditEvent.TOKEN_ISSUED, grantor.actor(), token);
        return new Issued(token, secret, member.roles());
    }

    /**
     * A token that counts, with whose it is.
     *
     * @param token what is known of it
     * @param roles the roles of its principal now
     */
    record Live(ApiToken token, List<String> roles) {
        /** Copies the roles. */
        Live {
            roles = List.copyOf(roles);
        }
    }

    /** The live token of this hash: of a member, neither expired nor revoked, by the database's clock. */
    Optional<Live> live(Digest hash) {
        return jdbc.sql(LIVE)
                .param("hash", hash.bytes())
                .query((rs, n) -> new Live(read(rs), TextArrays.read(rs, "roles")))
                .optional();
    }

    /** A page of the tokens of a workspace, newest first. */
    public Page<ApiToken> list(String workspaceId, PageRequest page) {
        List<ApiToken> found = jdbc.sql(LIST)
                .param("workspace", workspaceId)
                .param("after", page.after(), Types.VARCHAR)
                .param("limit", page.oneMore())
                .query((rs, n) -> read(rs))
                .list();
        return Page.of(found, page, ApiToken::tokenId);
    }

    /**
     * Revokes a token; a repeat changes nothing.
     *
     * @throws AccessException {@code NOT_FOUND} for a token that the workspace does not have
     */
    @Transactional
    public ApiToken revoke(Grantor grantor, String tokenId) {
        Optional<ApiToken> revoked = one(REVOKE, grantor.workspaceId(), tokenId);
        revoked.ifPresent(token -> attest(AuditEvent.TOKEN_REVOKED, grantor.actor(), token));
        return revoked.or(() -> one(FIND, grantor.workspaceId(), tokenId))
                .orElseThrow(() -> new AccessException(Code.NOT_FOUND, "token_id", "There is no such token."));
    }

    /**
     * Revokes what a member can act with.
     *
     * @param issued whether the tokens that it issued to others are revoked as well
     * @return how many there were
     */
    int revokeAll(Grantor grantor, Member member, boolean issued) {
        List<ApiToken> revoked = jdbc.sql(REVOKE_ALL)
                .param("workspace", member.workspaceId())
                .param("principal", member.principal())
                .param("issued", issued)
                .query((rs, n) -> read(rs))
                .list();
        revoked.forEach(token -> attest(AuditEvent.TOKEN_REVOKED, grantor.actor(), token));
        return revoked.size();
    }

    /** The tokens that count and that this member has issued. */
    List<String> issuedBy(Member member) {
        return jdbc.sql(ISSUED)
                .param("workspace", member.workspaceId())
                .param("principal", member.principal())
                .query(String.class)
                .list();
    }

    private Optional<ApiToken> one(String sql, String workspaceId, String tokenId) {
        return jdbc.sql(sql)
                .param("workspace", workspaceId)
                .param("id", tokenId)
                .query((rs, n) -> read(rs))
                .optional();
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
    private void checkScopes(Grantor grantor, Member member, Collection<String> scopes) {
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

    private void attest(AuditEvent event, String actor, ApiToken token) {
        Map<String, String> attributes = Map.of(
                "principal", token.principal(),
                "label", token.label(),
                "scopes", String.join(" ", token.scopes()),
                "channels", String.join(" ", token.channels()),
                "expires_at", StatementJson.format(token.expiresAt()));
        audit.changed(event, token.workspaceId(), "token:" + token.tokenId(), actor, attributes);
    }

    private static ApiToken read(ResultSet rs) throws SQLException {
        return new ApiToken(
                rs.getString("token_id"),
                rs.getString("workspace_id"),
                rs.getString("principal"),
                rs.getString("label"),
                TextArrays.read(rs, "scopes"),
                TextArrays.read(rs, "channels"),
                rs.getString("accountable"),
                rs.getObject("created_at", OffsetDateTime.class).toInstant(),
                rs.getObject("expires_at", OffsetDateTime.class).toInstant(),
                instant(rs.getObject("revoked_at", OffsetDateTime.class)));
    }

    private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }
}
