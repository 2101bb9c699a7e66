package dev.sallyport.policy.access;

import dev.sallyport.policy.access.AccessException.Code;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.ids.Ulids;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.statements.Digest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Lets a person in without the owner's device, by two people: each of them has one half of the link, and neither half
 * signs anybody in. So nobody who manages members becomes a second person alone.
 */
@Component
public class Invitations {
    private static final Duration GOOD_FOR = Duration.ofHours(24);

    private static final String INSERT = """
            insert into invitation (invitation_id, workspace_id, principal, roles, beginning, proposers, expires_at)
            values (:id, :workspace, :principal, :roles, :beginning, :proposers, now() + interval '24 hours')""";

    private static final String INVITATION = """
            select invitation_id, principal, roles, beginning, proposers, proposed_at, expires_at, decided_by,
              case when state = 'PENDING' and expires_at <= now() then 'EXPIRED' else state end as state
            from invitation where workspace_id = :workspace""";

    private static final String FIND = INVITATION + " and invitation_id = :id";

    private static final String LIST = INVITATION + """
             and (cast(:after as text) is null or invitation_id < :after)
            order by invitation_id desc limit :limit""";

    private static final String DECIDE = """
            update invitation set state = :state, decided_by = :actor
            where workspace_id = :workspace and invitation_id = :id and state = 'PENDING' and expires_at > now()""";

    private final JdbcClient jdbc;
    private final Members members;
    private final SignInTokens links;
    private final SecondPerson secondPerson;
    private final Ulids ulids;

    Invitations(JdbcClient jdbc, Members members, SignInTokens links, SecondPerson secondPerson, Ulids ulids) {
        this.jdbc = jdbc;
        this.members = members;
        this.links = links;
        this.secondPerson = secondPerson;
        this.ulids = ulids;
    }

    /** Where an invitation stands. */
    public enum State {
        /** It waits for a second person. */
        PENDING,
        /** The person is a member, and both halves of the link are given out. */
        CONFIRMED,
        /** Somebody took it back or refused it. */
        WITHDRAWN,
        /** Nobody confirmed it in time. */
        EXPIRED
    }

    /**
     * An invitation.
     *
     * @param id its ULID
     * @param state where it stands
     * @param principal the person whom it lets in, and nobody else
     * @param roles the person's roles; empty for those of one that is a member already
     * @param proposers the principals that count as its proposers; none of them confirms it
     * @param proposedAt when
     * @param expiresAt until when it can be confirmed
     * @param decidedBy who confirmed or withdrew it; null while nobody has
     */
    public record Invitation(
            String id,
            State state,
            String principal,
            List<String> roles,
            List<String> proposers,
            Instant proposedAt,
            Instant expiresAt,
            @Nullable String decidedBy) {
        /** Copies the lists. */
        public Invitation {
            roles = List.copyOf(roles);
            proposers = List.copyOf(proposers);
        }
    }

    /**
     * An invitation with one half of the link, which nobody can show again.
     *
     * @param invitation what is known of it from now on
     * @param half the beginning of the link's token for who proposed it, its end for who confirmed it
     * @param until until when the half is good
     */
    public record Given(Invitation invitation, String half, Instant until) {}

    /**
     * Invites a person, and gives out the beginning of the link.
     *
     * @param roles of somebody who is no member yet; empty for those that the person has
     * @throws AccessException when the name or a role is unfit or above the granter's, the person has other roles, or
     *     nobody else could confirm it
     */
    @Transactional
    public Given propose(Grantor grantor, Principal proposer, String person, List<String> roles) {
        Members.mustBePerson(person);
        members.checkAdmissible(grantor, person, roles);
        SecondPerson.Rule rule = secondPerson.of(proposer, Permission.MEMBER_MANAGE);
        if (!rule.needed()) {
            throw new AccessException(
                    Code.SECOND_PERSON_NEEDED,
                    "principal",
                    "Nobody else here manages members and could confirm this invitation. Whoever holds the owner's device"
                            + " lets a person in alone: `sallyport invite`.");
        }
        String beginning = links.half();
        String id = ulids.next();
        jdbc.sql(INSERT)
                .param("id", id)
                .param("workspace", grantor.workspaceId())
                .param("principal", person)
                .param("roles", TextArrays.parameter(roles))
                .param("beginning", SignInTokens.hash(beginning))
                .param("proposers", TextArrays.parameter(rule.proposers()))
                .update();
        Invitation invitation = find(grantor.workspaceId(), id).invitation();
        return new Given(invitation, beginning, invitation.expiresAt());
    }

    /**
     * Makes the person a member, and gives out the end of the link.
     *
     * @throws AccessException when it is not theirs to confirm, does not wait any more, or lets somebody in above them
     */
    @Transactional
    public Given confirm(Grantor grantor, Principal second, String id) {
        Stored stored = find(grantor.workspaceId(), id);
        Invitation invitation = stored.invitation();
        if (second.kind() != Principal.Kind.PERSON
                || invitation.proposers().contains(second.name())
                || invitation.principal().equals(second.name())) {
            throw new AccessException(
                    Code.SECOND_PERSON_NEEDED,
                    "invitation_id",
                    "A second person who manages members confirms an invitation: never the one who proposed it or answers"
                            + " for who did, and never the one who is invited.");
        }
        decide(grantor, id, State.CONFIRMED);
        members.checkAdmissible(grantor, invitation.principal(), invitation.roles());
        Member member = members.ensure(grantor, invitation.principal(), invitation.roles());
        String end = links.half();
        Instant until = links.keep(
                member,
                SignInTokens.hash(stored.beginning().bytes(), SignInTokens.hash(end)),
                grantor.actor(),
                invitation.proposers().getFirst(),
                GOOD_FOR);
        return new Given(find(grantor.workspaceId(), id).invitation(), end, until);
    }

    /**
     * Takes an invitation back that waits, or refuses it.
     *
     * @throws AccessException when there is none, or it does not wait any more
     */
    @Transactional
    public Invitation withdraw(Grantor grantor, String id) {
        find(grantor.workspaceId(), id);
        decide(grantor, id, State.WITHDRAWN);
        return find(grantor.workspaceId(), id).invitation();
    }

    /** A page of the invitations of a workspace, the newest first. */
    public Page<Invitation> list(String workspaceId, PageRequest page) {
        List<Invitation> found = jdbc.sql(LIST)
                .param("workspace", workspaceId)
                .param("after", page.after(), Types.VARCHAR)
                .param("limit", page.oneMore())
                .query((rs, n) -> read(rs))
                .list();
        return Page.of(found, page, Invitation::id);
    }

    private record Stored(Invitation invitation, Digest beginning) {}

    private Stored find(String workspaceId, String id) {
        Optional<Stored> found = jdbc.sql(FIND)
                .param("workspace", workspaceId)
                .param("id", id)
                .query((rs, n) -> new Stored(read(rs), Digest.ofRaw(rs.getBytes("beginning"))))
                .optional();
        return found.orElseThrow(
                () -> new AccessException(Code.NOT_FOUND, "invitation_id", "There is no such invitation."));
    }

    private void decide(Grantor grantor, String id, State state) {
        int decided = jdbc.sql(DECIDE)
                .param("workspace", grantor.workspaceId())
                .param("id", id)
                .param("state", state.name())
                .param("actor", grantor.actor())
                .update();
        if (decided == 0) {
            throw new AccessException(
                    Code.INVITATION_NOT_PENDING,
                    "invitation_id",
                    "This invitation does not wait any more: it was confirmed, withdrawn, or has expired.");
        }
    }

    private static Invitation read(ResultSet rs) throws SQLException {
        return new Invitation(
                rs.getString("invitation_id"),
                State.valueOf(rs.getString("state")),
                rs.getString("principal"),
                TextArrays.read(rs, "roles"),
                TextArrays.read(rs, "proposers"),
                rs.getObject("proposed_at", OffsetDateTime.class).toInstant(),
                rs.getObject("expires_at", OffsetDateTime.class).toInstant(),
                rs.getString("decided_by"));
    }
}
