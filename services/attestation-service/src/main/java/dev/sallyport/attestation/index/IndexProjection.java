package dev.sallyport.attestation.index;

import dev.sallyport.attestation.log.LogReader;
import dev.sallyport.attestation.log.LoggedStatement;
import dev.sallyport.statements.Statement;
import dev.sallyport.statements.StatementRefusedException;
import dev.sallyport.statements.predicate.Proposal;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Reads the log into the index, in order, remembering how far it has come. It may stop anywhere and be run by every
 * replica; what it writes follows from the log alone.
 */
@Service
public class IndexProjection {
    private static final int BATCH = 500;

    private final LogReader log;
    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;

    IndexProjection(LogReader log, JdbcClient jdbc, TransactionTemplate transactions) {
        this.log = log;
        this.jdbc = jdbc;
        this.transactions = transactions;
    }

    /** Reads everything that is not read yet. */
    public void catchUp() {
        int read;
        do {
            read = transactions.execute(status -> readBatch());
        } while (read == BATCH);
    }

    /** Forgets everything, to be read again from the first entry by the next {@link #catchUp}. */
    public void reset() {
        transactions.executeWithoutResult(status -> {
            jdbc.sql("SELECT next_idx FROM projection WHERE name = 'statement_index' FOR UPDATE")
                    .query(Long.class)
                    .single();
            jdbc.sql("DELETE FROM statement_index").update();
            jdbc.sql("DELETE FROM call").update();
            jdbc.sql("UPDATE projection SET next_idx = 0 WHERE name = 'statement_index'")
                    .update();
        });
    }

    private int readBatch() {
        long next = jdbc.sql("SELECT next_idx FROM projection WHERE name = 'statement_index' FOR UPDATE")
                .query(Long.class)
                .single();
        List<LoggedStatement> entries = log.entriesFrom(next, BATCH);
        if (entries.isEmpty()) {
            return 0;
        }
        for (LoggedStatement entry : entries) {
            index(entry);
        }
        jdbc.sql("UPDATE projection SET next_idx = :next WHERE name = 'statement_index'")
                .param("next", entries.getLast().index() + 1)
                .update();
        return entries.size();
    }

    private void index(LoggedStatement entry) {
        Statement statement;
        try {
            statement = entry.statement();
        } catch (StatementRefusedException e) {
            // Verified when it was appended; a later version that no longer reads its form must not stop at it.
            insert(entry, null, null, null);
            return;
        }
        StatementFacts facts = StatementFacts.of(statement);
        String call = facts.proposalId();
        if (call != null) {
            note(call, statement.predicate().issued().workspaceId(), facts, entry.index());
        }
        insert(entry, statement, facts, call);
        if (call != null && facts.proposal() != null) {
            nameTheCall(call);
        }
    }

    private void note(String call, @Nullable String workspace, StatementFacts facts, long index) {
        Proposal proposal = facts.proposal();
        jdbc.sql("""
                        INSERT INTO call (proposal_id, workspace_id, principal, tool, session, run, decision, outcome, code,
                                          ended_idx)
                        VALUES (:call, :workspace, :principal, :tool, :session, :run, :decision, :outcome, :code, :ended)
                        ON CONFLICT (proposal_id) DO UPDATE SET
                            workspace_id = CASE WHEN EXCLUDED.principal IS NOT NULL THEN EXCLUDED.workspace_id
                                                ELSE call.workspace_id END,
                            principal = COALESCE(call.principal, EXCLUDED.principal),
                            tool = COALESCE(call.tool, EXCLUDED.tool),
                            session = COALESCE(call.session, EXCLUDED.session),
                            run = COALESCE(call.run, EXCLUDED.run),
                            decision = COALESCE(call.decision, EXCLUDED.decision),
                            outcome = COALESCE(call.outcome, EXCLUDED.outcome),
                            code = COALESCE(call.code, EXCLUDED.code),
                            ended_idx = COALESCE(call.ended_idx, EXCLUDED.ended_idx)""")
                .param("call", call)
                .param("workspace", workspace == null ? "" : workspace)
                .param("principal", proposal == null ? null : proposal.principal())
                .param("tool", proposal == null ? null : proposal.tool())
                .param("session", proposal == null ? null : proposal.session())
                .param("run", proposal == null ? null : proposal.run())
                .param("decision", proposal == null ? null : facts.decision())
                .param("outcome", facts.ends() ? facts.outcome() : null)
                .param("code", facts.ends() ? facts.code() : null)
                .param("ended", facts.ends() ? index : null)
                .update();
    }

    private void insert(
            LoggedStatement entry,
            @Nullable Statement statement,
            @Nullable StatementFacts facts,
            @Nullable String call) {
        jdbc.sql("""
                        INSERT INTO statement_index (idx, digest, type, event, workspace_id, subject, proposal_id, principal,
                            tool, session, run, decision, outcome, code, issued_by, issued_at)
                        SELECT :idx, :digest, :type, :event, :workspace, :subject, :call, c.principal, c.tool, c.session,
                            c.run, :decision, :outcome, :code, :by, :at
                        FROM (SELECT 1) one LEFT JOIN call c ON c.proposal_id = :call""")
                .param("idx", entry.index())
                .param("digest", entry.digest().bytes())
                .param(
                        "type",
                        statement == null ? "unreadable" : statement.type().shortName())
                .param("event", facts == null ? null : facts.event())
                .param(
                        "workspace",
                        statement == null
                                ? null
                                : statement.predicate().issued().workspaceId())
                .param("subject", statement == null ? "" : statement.subject().name())
                .param("call", call)
                .param("decision", facts == null ? null : facts.decision())
                .param("outcome", facts == null ? null : facts.outcome())
                .param("code", facts == null ? null : facts.code())
                .param("by", entry.signer())
                .param(
                        "at",
                        Timestamp.from(
                                statement == null
                                        ? Instant.EPOCH
                                        : statement.predicate().issued().at()))
                .update();
    }

    /** Order between topics is not promised: statements that came before their proposal get its facts now. */
    private void nameTheCall(String call) {
        jdbc.sql("UPDATE statement_index s SET principal = c.principal, tool = c.tool, session = c.session, run = c.run"
                        + " FROM call c WHERE c.proposal_id = :call AND s.proposal_id = :call AND s.principal IS NULL")
                .param("call", call)
                .update();
    }
}
