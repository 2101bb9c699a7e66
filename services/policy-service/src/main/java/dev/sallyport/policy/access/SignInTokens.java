package dev.sallyport.policy.access;

import dev.sallyport.policy.access.AccessException.Code;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
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
    private static final Duration LIFETIME = Duration.ofMinutes(15);

    private static final String ISSUE = """
            insert into sign_in_token (hash, workspace_id, principal, issued_by, enrols_key, expires_at)
            values (:hash, :workspace, :principal, :actor, :enrols, now() + make_interval(secs => :seconds))
            returning expires_at""";

    private static final String REDEEM = """
            update sign_in_token set used_at = now()
            where hash = :hash and used_at is null and expires_at > now()
            returning workspace_id, principal, enrols_key""";

    /**
     * A key is made within 15 minutes of the link's use; of two links, with the later one. approval-service says when it
     * was made: by the clock here that is not long ago either.
     */
    private static final String USE_FOR_KEY = """
            update sign_in_token set enrolled_key = :key
            where hash = (select hash from sign_in_token
                where workspace_id = :workspace and principal = :principal and enrols_key and enrolled_key is null
                  and used_at <= cast(:at as timestamptz) + interval '5 seconds'
                  and used_at > cast(:at as timestamptz) - interval '15 minutes'
                  and used_at > now() - interval '30 minutes'
                order by used_at desc limit 1 for update)""";

    private static final String FORGET_ENDED = "delete from sign_in_token where expires_at < now() - interval '1 day'";

    private static final String FORGET_UNUSED = """
            delete from sign_in_token
            where workspace_id = :workspace and principal = :principal and used_at is null""";

    private static final String FORGET = """
            delete from sign_in_token where workspace_id = :workspace and principal = :principal""";

    /** Whoever is removed is not let in by what was proposed before. */
    private static final String FORGET_INVITATIONS = """
            update invitation set state = 'WITHDRAWN', decided_by = 'removal'
            where workspace_id = :workspace and principal = :principal and state = 'PENDING'""";

    /** 32 bytes in base64url. */
    private static final int HALF_LENGTH = 43;

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
        return issue(grantor, person, false);
    }

    /**
     * Issues a link with which a person may also make a key of their own, that they sign answers with. Only an owner's
     * device does: whoever has stolen a token of a person must not make a key in that person's name.
     *
     * @throws AccessException as above, and for any other credential
     */
    @Transactional
    public Issued issueForKey(Grantor grantor, String person) {
        grantor.mustBeOwnersDevice("enrols_key");
        return issue(grantor, person, true);
    }

    private Issued issue(Grantor grantor, String person, boolean enrolsKey) {
        Member member = members.find(grantor.workspaceId(), person)
                .filter(found -> found.kind().equals("person"))
                .orElseThrow(() -> new AccessException(
                        Code.NOT_A_MEMBER, "principal", "The workspace has no person called `" + person + "`."));
        grantor.mustBeAllowedToActAs(person, "principal");
        grantor.mustHold(permissions.of(member.workspaceId(), person, member.roles()), "principal");
        grantor.mustBeAbleToGrant(member.knownRoles());
        String token = half();
        return new Issued(token, keep(member, hash(token), grantor.actor(), grantor.actor(), LIFETIME, enrolsKey));
    }

    /** Random bits that a link is made of, alone or as one of two halves. */
    String half() {
        byte[] bits = new byte[32];
        random.nextBytes(bits);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
    }

    /**
     * Keeps a link for a member and attests it. Within the caller's transaction.
     *
     * @param proposer who asked for it; the actor, where nobody else did
     * @return until when it can be used
     */
    Instant keep(Member member, byte[] hash, String actor, String proposer, Duration lifetime) {
        return keep(member, hash, actor, proposer, lifetime, false);
    }

    private Instant keep(
            Member member, byte[] hash, String actor, String proposer, Duration lifetime, boolean enrolsKey) {
        // Links that ended long ago go when the next one comes.
        jdbc.sql(FORGET_ENDED).update();
        Instant expires = jdbc.sql(ISSUE)
                .param("hash", hash)
                .param("workspace", member.workspaceId())
                .param("principal", member.principal())
                .param("actor", actor)
                .param("enrols", enrolsKey)
                .param("seconds", lifetime.toSeconds())
                .query(OffsetDateTime.class)
                .single()
                .toInstant();
        audit.changed(
                AuditEvent.SIGN_IN_ISSUED,
                member.workspaceId(),
                "member:" + member.workspaceId() + ":" + member.principal(),
                actor,
                enrolsKey
                        ? Map.of("principal", member.principal(), "proposed_by", proposer, "enrols_key", "true")
                        : Map.of("principal", member.principal(), "proposed_by", proposer));
        return expires;
    }

    /** Takes back the links of a principal that nobody has used yet. */
    void forgetUnused(String workspaceId, String principal) {
        jdbc.sql(FORGET_UNUSED)
                .param("workspace", workspaceId)
                .param("principal", principal)
                .update();
    }

    /** Takes back every link of a member. */
    void forget(Member member) {
        jdbc.sql(FORGET)
                .param("workspace", member.workspaceId())
                .param("principal", member.principal())
                .update();
        jdbc.sql(FORGET_INVITATIONS)
                .param("workspace", member.workspaceId())
                .param("principal", member.principal())
                .update();
    }

    /**
     * A link that was used.
     *
     * @param member the person it was for
     * @param enrolsKey whether they may make a key of their own now
     */
    public record Redeemed(Member member, boolean enrolsKey) {}

    /** Uses a link up: the person it is for; empty for an unknown, used or expired one. */
    @Transactional
    public Optional<Redeemed> redeem(String token) {
        return jdbc.sql(REDEEM)
                .param("hash", ofLink(token))
                .query((rs, n) -> new Redeemed(
                        new Member(rs.getString("workspace_id"), rs.getString("principal"), List.of()),
                        rs.getBoolean("enrols_key")))
                .optional()
                .flatMap(found -> members.find(
                                found.member().workspaceId(), found.member().principal())
                        .map(member -> new Redeemed(member, found.enrolsKey())));
    }

    /**
     * Uses a link for the key that was made with it. In the caller's transaction.
     *
     * @param at when the key was made
     * @return false where this person had used no such link shortly before, or has made another key with it
     */
    public boolean useForKey(String workspaceId, String principal, Digest key, Instant at) {
        return jdbc.sql(USE_FOR_KEY)
                        .param("workspace", workspaceId)
                        .param("principal", principal)
                        .param("key", key.bytes())
                        .param("at", at.atOffset(ZoneOffset.UTC))
                        .update()
                == 1;
    }

    /** As it is kept; of a link of two halves it is made of those of the halves, so that nobody needs to know both. */
    private static byte[] ofLink(String token) {
        return token.length() == 2 * HALF_LENGTH
                ? hash(hash(token.substring(0, HALF_LENGTH)), hash(token.substring(HALF_LENGTH)))
                : hash(token);
    }

    static byte[] hash(String token) {
        return Digest.of(token.getBytes(StandardCharsets.UTF_8)).bytes();
    }

    static byte[] hash(byte[] beginning, byte[] end) {
        byte[] both = Arrays.copyOf(beginning, beginning.length + end.length);
        System.arraycopy(end, 0, both, beginning.length, end.length);
        return Digest.of(both).bytes();
    }
}
