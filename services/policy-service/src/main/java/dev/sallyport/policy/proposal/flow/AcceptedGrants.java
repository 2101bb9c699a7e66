package dev.sallyport.policy.proposal.flow;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.predicate.ApprovalRequested;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.predicate.ApprovalResolved.Answer;
import dev.sallyport.statements.verify.AnswerByGrant;
import dev.sallyport.statements.vocabulary.ApprovalScope;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Which grants answer calls here. approval-service repeats people's answers; it must not state one of them anew, with
 * another grant or a later end, nor count its uses from the beginning. One question gives one grant, by the first
 * statement about it that is seen, and each use has a number of its own. Everything happens in the caller's transaction.
 */
@Component
class AcceptedGrants {
    private static final String ANSWERED = """
            insert into accepted_grant (workspace_id, approval_id, statement, grant_id)
            values (:workspace, :approval, :statement, :grant)
            on conflict do nothing""";

    private static final String IS_ACCEPTED = """
            select exists (select from accepted_grant
            where workspace_id = :workspace and approval_id = :approval and statement = :statement
              and grant_id = :grant)""";

    private static final String USE = """
            insert into accepted_grant_use (workspace_id, grant_id, use_number, proposal_id)
            values (:workspace, :grant, :number, :proposal)
            on conflict do nothing""";

    private static final String IS_OF_CALL = """
            select exists (select from accepted_grant_use
            where workspace_id = :workspace and grant_id = :grant and use_number = :number
              and proposal_id = :proposal)""";

    private static final String REVOKE = """
            insert into revoked_grant (workspace_id, grant_id) values (:workspace, :grant) on conflict do nothing""";

    private static final String IS_REVOKED = """
            select exists (select from revoked_grant where workspace_id = :workspace and grant_id = :grant)""";

    /**
     * A question is open for 30 days at most, and a grant of its answer lasts for 30 more. What is said later is not believed,
     * whatever is known here.
     */
    private static final int DAYS_KEPT = 90;

    private static final List<String> FORGET = Stream.of(
                    "accepted_grant where accepted_at",
                    "accepted_grant_use where taken_at",
                    "revoked_grant where revoked_at")
            .map(rows -> "delete from " + rows + " < now() - interval '" + DAYS_KEPT + " days'")
            .toList();

    private final JdbcClient jdbc;

    AcceptedGrants(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * People have answered a question. What it gives for further calls is settled with this, where it offered them any.
     *
     * @param statement digest of the answer's statement
     * @param counts whether the answer is accepted here; otherwise it gives no grant
     */
    void answered(
            String workspaceId, ApprovalRequested question, ApprovalResolved answer, Digest statement, boolean counts) {
        boolean offersMore = question.offers(Answer.APPROVED, ApprovalScope.SESSION)
                || question.offers(Answer.APPROVED, ApprovalScope.TIME);
        if (offersMore) {
            keep(workspaceId, answer, statement, counts);
        }
    }

    /**
     * Takes a use of a grant for a call; null when it counts. The giver's own statement may come later than its use: what
     * the use rests on was verified with it, so it is settled here as well.
     *
     * @param reused the answer by the grant, whose people could answer this question too
     * @param given digest of the statement of the people's answer
     */
    @Nullable
    ApprovalRefusal take(String workspaceId, String proposalId, AnswerByGrant reused, Digest given) {
        ApprovalResolved.Reuse use = Objects.requireNonNull(reused.answer().reuse(), "it is by a grant");
        keep(workspaceId, reused.given(), given, true);
        boolean accepted = jdbc.sql(IS_ACCEPTED)
                .param("workspace", workspaceId)
                .param("approval", reused.given().approvalId())
                .param("statement", given.bytes())
                .param("grant", use.grantId())
                .query(Boolean.class)
                .single();
        if (!accepted) {
            return ApprovalRefusal.GRANT_NOT_ACCEPTED;
        }
        boolean revoked = jdbc.sql(IS_REVOKED)
                .param("workspace", workspaceId)
                .param("grant", use.grantId())
                .query(Boolean.class)
                .single();
        if (revoked) {
            return ApprovalRefusal.GRANT_REVOKED;
        }
        return isFirst(workspaceId, proposalId, use) ? null : ApprovalRefusal.GRANT_USE_TAKEN;
    }

    /** Lets a grant answer no further call. */
    void revoke(String workspaceId, String grantId) {
        jdbc.sql(REVOKE).param("workspace", workspaceId).param("grant", grantId).update();
    }

    /** Forgets grants by which nothing can be answered any more. */
    void forget() {
        FORGET.forEach(rows -> jdbc.sql(rows).update());
    }

    private void keep(String workspaceId, ApprovalResolved answer, Digest statement, boolean counts) {
        ApprovalResolved.Grant grant = counts ? answer.grant() : null;
        jdbc.sql(ANSWERED)
                .param("workspace", workspaceId)
                .param("approval", answer.approvalId())
                .param("statement", statement.bytes())
                .param("grant", grant == null ? null : grant.id())
                .update();
    }

    private boolean isFirst(String workspaceId, String proposalId, ApprovalResolved.Reuse use) {
        int taken = jdbc.sql(USE)
                .param("workspace", workspaceId)
                .param("grant", use.grantId())
                .param("number", use.use())
                .param("proposal", proposalId)
                .update();
        return taken == 1
                || jdbc.sql(IS_OF_CALL)
                        .param("workspace", workspaceId)
                        .param("grant", use.grantId())
                        .param("number", use.use())
                        .param("proposal", proposalId)
                        .query(Boolean.class)
                        .single();
    }
}
