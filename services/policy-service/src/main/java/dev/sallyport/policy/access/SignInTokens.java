package dev.sallyport.policy.access;

import dev.sallyport.policy.access.AccessException.Code;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** One-time sign-in links of people: 256 random bits, one use, 15 minutes, kept as SHA-256. */
@Component
public class SignInTokens {
    private static final String ISSUE = """
            insert into sign_in_token (hash, workspace_id, principal, issued_by, expires_at)
            values (:hash, :workspace, :principal, :actor, now() + interval '15 minutes')
            returning expires_at""";

    private static final String REDEEM = """
            update sign_in_token set used_at = now()
            where hash = :hash and used_at is null and expires_at > now()
            returning workspace_id, principal""";

    private static final String FORGET_ENDED = "delete from sign_in_token where expires_at < now() - interval '1 day'";

    private static final String FORGET = """
            delete from sign_in_token where workspace_id = :workspace and principal = :principal""";

    private final JdbcClient jdbc;
    private final Members members;
    private final RolePermissions permissions;
    private final AccessAudit audit;
    private final SecureRandom random = new SecureRandom();

    SignInTokens(JdbcClient jdbc, Members members, RolePermissions permissions, AccessAudit audit) {
        this.jdbc = jdbc;
        this.members = members;
        this.permissions = permissions;
        this.audit = audit;
    }

    /**
     * A link just issued.
     *
     * @param signInToken goes into the link's fragment
     * @param expiresAt until when it can be used
     */
    public record Issued(String signInToken, Instant expiresAt) {}

    /**
     * Issues a link for a person. Everybody gets one for themselves with a credential that is not confined by scopes.
     * For another person only the owner's device gets one.
     *
     * @throws AccessException when the person is no member, or not for the granter to let in
     */
    @Transactional
    public Issued issue(Grantor grantor, String person) {
        Member member = members.find(grantor.workspaceId(), person)
                .filter(found -> found.kind().equals("person"))
                .orElseThrow(() -> new AccessException(
                        Code.NOT_A_MEMBER, "principal", "The workspace has no person called `" + person + "`."));
        grantor.mustBeAllowedToActAs(person, "principal");
        grantor.mustHold(permissions.of(member.workspaceId(), person, member.roles()), "principal");
        grantor.mustBeAbleToGrant(member.knownRoles());
        // Links that ended long ago go when the next one comes.
        jdbc.sql(FORGET_ENDED).update();
        byte[] bits = new byte[32];
        random.nextBytes(bits);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
        Instant expires = jdbc.sql(ISSUE)
                .param("hash", hash(token))
                .param("workspace", grantor.workspaceId())
                .param("principal", person)
                .param("actor", grantor.actor())
                .query(OffsetDateTime.class)
                .single()
                .toInstant();
        audit.changed(
                AuditEvent.SIGN_IN_ISSUED,
                grantor.workspaceId(),
                "member:" + grantor.workspaceId() + ":" + person,
                grantor.actor(),
                Map.of("principal", person));
        return new Issued(token, expires);
    }

    /** Takes back every link of a member. */
    void forget(Member member) {
        jdbc.sql(FORGET)
                .param("workspace", member.workspaceId())
                .param("principal", member.principal())
                .update();
    }

    /** Uses a link up: the person it is for; empty for an unknown, used or expired one. */
    @Transactional
    public Optional<Member> redeem(String token) {
        return jdbc.sql(REDEEM)
                .param("hash", hash(token))
                .query((rs, n) -> new Member(rs.getString("workspace_id"), rs.getString("principal"), List.of()))
                .optional()
                .flatMap(found -> members.find(found.workspaceId(), found.principal()));
    }

    private static byte[] hash(String token) {
        return Digest.of(token.getBytes(StandardCharsets.UTF_8)).bytes();
    }
}
