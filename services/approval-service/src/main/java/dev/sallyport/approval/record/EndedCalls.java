package dev.sallyport.approval.record;

import dev.sallyport.statements.ProposalId;
import java.time.Instant;
import java.time.ZoneOffset;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Calls known to have ended: topics have no common order, so an end may be heard before its request. */
@Component
class EndedCalls {
    private static final String SERIALISE = "select pg_advisory_xact_lock(hashtextextended(:proposal, 0))";

    private static final String ADD = """
            insert into ended_call (workspace_id, proposal_id, ended_at)
            values (:workspace, :proposal, clock_timestamp()) on conflict do nothing""";

    private static final String CONTAINS = """
            select exists (select from ended_call where workspace_id = :workspace and proposal_id = :proposal)""";

    private static final String REMOVE = "delete from ended_call where ended_at < :moment";

    private final JdbcClient jdbc;

    EndedCalls(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Until the transaction ends, no other one hears of this call's end or opens a record for it. */
    void serialise(ProposalId proposal) {
        jdbc.sql(SERIALISE).param("proposal", proposal.ulid()).query().singleRow();
    }

    void add(String workspaceId, ProposalId proposal) {
        jdbc.sql(ADD)
                .param("workspace", workspaceId)
                .param("proposal", proposal.ulid())
                .update();
    }

    boolean contains(String workspaceId, ProposalId proposal) {
        return jdbc.sql(CONTAINS)
                .param("workspace", workspaceId)
                .param("proposal", proposal.ulid())
                .query(Boolean.class)
                .single();
    }

    void removeBefore(Instant moment) {
        jdbc.sql(REMOVE).param("moment", moment.atOffset(ZoneOffset.UTC)).update();
    }
}
