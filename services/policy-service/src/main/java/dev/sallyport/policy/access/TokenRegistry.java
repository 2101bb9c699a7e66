package dev.sallyport.policy.access;

import dev.sallyport.policy.access.AccessException.Reason;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.connector.ApiTokens;
import dev.sallyport.servicekit.ids.Ulids;
import dev.sallyport.servicekit.outbox.StatementOutbox;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.Subject;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.AuditEvent;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
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
    private static final String COLUMNS =
            "token_id, workspace_id, principal, label, scopes, channels, accountable, created_at, expires_at, revoked_at";

    private final JdbcClient jdbc;
    private final Members members;
    private final RolePermissions permissions;
    private final StatementOutbox outbox;
    private final Ulids ulids;
    private final SecureRandom random = new SecureRandom();

    TokenRegistry(JdbcClient jdbc, Members members, RolePermissions permissions, StatementOutbox outbox, Ulids ulids) {
        this.jdbc = jdbc;
        this.members = members;
        this.permissions = permissions;
        this.outbox = outbox;
        this.ulids = ulids;
    }

    /**
     * A token just issued.
     *
     * @param token what is known of it from now on
     * @param secret the token itself, which nobody can show again
     */
    public record Issued(ApiToken token, String secret) {}

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
                throw new AccessException(Reason.INVALID_PRINCIPAL, "kind", "a kind is agent, person or service");
        };
        if (request.expiresInDays() < 1 || request.expiresInDays() > 365) {
            throw new AccessException(Reason.INVALID_LIFETIME, "expires_in_days", "a token lives 1 to 365 days");
        }
        checkChannels(request.channels());
        Member member = member(grantor, request);
        if (member.kind().equals("person")) {
            grantor.mustBeAllowedToActAs(member.principal(), "name");
        }
        grantor.mustBeAbleToGrant(
                member.roles().stream().flatMap(role -> Role.of(role).stream()).toList());
        checkScopes(grantor, member, request.scopes());
        String secret = ApiTokens.mint(kind, random);
        String id = ulids.next();
        ApiToken token = jdbc.sql("""
                        insert into api_token (token_id, workspace_id, principal, hash, label, scopes, channels,
                          accountable, expires_at)
                        values (:id, :workspace, :principal, :hash, :label, :scopes, :channels, :accountable,
                          now() + make_interval(days => :days))
                        returning %s""".formatted(COLUMNS))
                .param("id", id)
                .param("workspace", grantor.workspaceId())
                .param("principal", member.principal())
                .param("hash", ApiTokens.hash(secret).bytes())
                .param("label", request.label())
                .param("scopes", TextArrays.of(request.scopes()))
                .param("channels", TextArrays.of(request.channels()))
                .param("accountable", grantor.actor())
                .param("days", request.expiresInDays())
                .query((rs, n) -> read(rs))
                .single();
        audit(AuditEvent.TOKEN_ISSUED, grantor.actor(), token);
        return new Issued(token, secret);
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
        return jdbc.sql("""
                        select t.*, m.roles from api_token t
                        join member m on m.workspace_id = t.workspace_id and m.principal = t.principal
                        where t.hash = :hash and t.revoked_at is null and t.expires_at > now()""")
                .param("hash", hash.bytes())
                .query((rs, n) -> new Live(read(rs), TextArrays.read(rs, "roles")))
                .optional();
    }

    /** The tokens of a workspace, newest first. */
    public List<ApiToken> all(String workspaceId) {
        return jdbc.sql("select " + COLUMNS + " from api_token where workspace_id = :workspace order by token_id desc")
                .param("workspace", workspaceId)
                .query((rs, n) -> read(rs))
                .list();
    }

    /**
     * Revokes a token; a repeat changes nothing.
     *
     * @throws AccessException {@code NOT_FOUND} for a token that the workspace does not have
     */
    @Transactional
    public ApiToken revoke(Grantor grantor, String tokenId) {
        Optional<ApiToken> revoked = jdbc.sql("update api_token set revoked_at = now() where workspace_id = :workspace"
                        + " and token_id = :id and revoked_at is null returning " + COLUMNS)
                .param("workspace", grantor.workspaceId())
                .param("id", tokenId)
                .query((rs, n) -> read(rs))
                .optional();
        revoked.ifPresent(token -> audit(AuditEvent.TOKEN_REVOKED, grantor.actor(), token));
        return revoked.or(() -> jdbc.sql("select " + COLUMNS
                                + " from api_token where workspace_id = :workspace and token_id = :id")
                        .param("workspace", grantor.workspaceId())
                        .param("id", tokenId)
                        .query((rs, n) -> read(rs))
                        .optional())
                .orElseThrow(() -> new AccessException(Reason.NOT_FOUND, "token_id", "there is no such token"));
    }

    private Member member(Grantor grantor, TokenRequest request) {
        String principal = request.kind() + ":" + request.name();
        return switch (request.kind()) {
            case "agent" -> members.ensure(grantor, principal, List.of(Role.AGENT.wire()));
            case "service" ->
                members.ensure(
                        grantor, principal, Optional.ofNullable(request.roles()).orElse(List.of()));
            default ->
                members.find(grantor.workspaceId(), principal)
                        .orElseThrow(() -> new AccessException(
                                Reason.NOT_A_MEMBER, "name", principal + " is no member of this workspace"));
        };
    }

    private void checkScopes(Grantor grantor, Member member, Collection<String> scopes) {
        Set<Permission> own = permissions.of(member.workspaceId(), member.principal(), member.roles());
        if (scopes.isEmpty() && !member.kind().equals("agent")) {
            grantor.mustHold(own, "scopes");
        }
        for (String scope : scopes) {
            Permission permission = Permission.ofCode(scope)
                    .filter(own::contains)
                    .orElseThrow(() -> new AccessException(
                            Reason.INVALID_SCOPE, "scopes", scope + " is no permission of " + member.principal()));
            if (!grantor.permissions().contains(permission)) {
                throw new AccessException(Reason.ABOVE_OWN_ROLE, "scopes", "you do not have " + scope + " yourself");
            }
        }
    }

    private static void checkChannels(List<String> channels) {
        if (channels.isEmpty()
                || channels.size() > 16
                || Set.copyOf(channels).size() != channels.size()
                || !channels.stream()
                        .allMatch(channel -> CHANNEL.matcher(channel).matches())) {
            throw new AccessException(
                    Reason.INVALID_CHANNEL,
                    "channels",
                    "1 to 16 different names of lower-case letters, digits, '.', '-'");
        }
    }

    private void audit(AuditEvent event, String actor, ApiToken token) {
        outbox.publish(Statement.of(
                Subject.named("token:" + token.tokenId()),
                Audit.of(
                        outbox.issuance(token.workspaceId()),
                        event,
                        actor,
                        List.of(),
                        Map.of(
                                "principal", token.principal(),
                                "label", token.label(),
                                "scopes", String.join(" ", token.scopes()),
                                "channels", String.join(" ", token.channels()),
                                "expires_at", dev.sallyport.statements.StatementJson.format(token.expiresAt())))));
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
