package dev.sallyport.approval.record;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Calls known to have ended: topics have no common order, so an end may be heard before its request. */
@Component
class EndedCalls {

    private final JdbcClient jdbc;

    EndedCalls(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** One after the other, until the transaction ends: hearing of this call's end, and opening a record for it. */
    void serialise(String proposalId) {
        jdbc.sql("select pg_advisory_xact_lock(hashtextextended(:proposal, 0))")
                .param("proposal", proposalId)
                .query()
                .singleRow();
    }

    void add(String workspaceId, String proposalId) {
        jdbc.sql("""
                        insert into ended_call (workspace_id, proposal_id, ended_at)
                        values (:workspace, :proposal, clock_timestamp()) on conflict do nothing""")
                .param("workspace", workspaceId)
                .param("proposal", proposalId)
                .update();
    }

    boolean contains(String workspaceId, String proposalId) {
        return jdbc.sql(
                        "select exists (select from ended_call where workspace_id = :workspace and proposal_id = :proposal)")
                .param("workspace", workspaceId)
                .param("proposal", proposalId)
                .query(Boolean.class)
                .single();
    }
}
