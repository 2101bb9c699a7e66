package dev.sallyport.attestation.index;

import dev.sallyport.attestation.log.LogReader;
import dev.sallyport.attestation.log.LoggedStatement;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.predicate.Proposal;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
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
    private final JdbcTemplate batches;
    private final TransactionTemplate transactions;

    IndexProjection(LogReader log, JdbcClient jdbc, JdbcTemplate batches, TransactionTemplate transactions) {
        this.log = log;
        this.jdbc = jdbc;
        this.batches = batches;
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
        List<Read> read = entries.stream().map(Read::of).toList();
        List<Read> ofCalls = read.stream().filter(each -> each.call() != null).toList();
        note(ofCalls);
        insert(read);
        nameTheCalls(ofCalls.stream()
                .filter(each -> each.facts() != null && each.facts().proposal() != null)
                .toList());
        jdbc.sql("UPDATE projection SET next_idx = :next WHERE name = 'statement_index'")
                .param("next", entries.getLast().index() + 1)
                .update();
        return entries.size();
    }

    /** An entry with what it says; without facts if it is not readable. */
    private record Read(
            LoggedStatement entry,
            @Nullable Statement statement,
            @Nullable StatementFacts facts,
            @Nullable String call) {
        static Read of(LoggedStatement entry) {
            try {
                Statement statement = entry.statement();
                StatementFacts facts = StatementFacts.of(statement);
                return new Read(entry, statement, facts, facts.proposalId());
            } catch (StatementRefusedException e) {
                // Verified when it was appended; a later version that no longer reads its form must not stop at it.
                return new Read(entry, null, null, null);
            }
        }

        @Nullable
        String workspace() {
            return statement == null ? null : statement.predicate().issued().workspaceId();
        }
    }

    /** One statement after the other in one message to the database: several may be about the same call. */
    private void note(List<Read> ofCalls) {
        batches.batchUpdate("""
                INSERT INTO call (proposal_id, workspace_id, principal, tool, session, run, decision, outcome, code,
                                  ended_idx)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
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
                    ended_idx = COALESCE(call.ended_idx, EXCLUDED.ended_idx)""", ofCalls, Math.max(1, ofCalls.size()), (statement, read) -> {
            StatementFacts facts = Objects.requireNonNull(read.facts());
            Proposal proposal = facts.proposal();
            statement.setString(1, read.call());
            statement.setString(2, Objects.requireNonNullElse(read.workspace(), ""));
            statement.setString(3, proposal == null ? null : proposal.principal());
            statement.setString(4, proposal == null ? null : proposal.tool());
            statement.setString(5, proposal == null ? null : proposal.session());
            statement.setString(6, proposal == null ? null : proposal.run());
            statement.setString(7, proposal == null ? null : facts.decision());
            statement.setString(8, facts.ends() ? facts.outcome() : null);
            statement.setString(9, facts.ends() ? facts.code() : null);
            statement.setObject(10, facts.ends() ? read.entry().index() : null, Types.BIGINT);
        });
    }

    private void insert(List<Read> entries) {
        batches.batchUpdate("""
                INSERT INTO statement_index (idx, digest, type, event, workspace_id, subject, proposal_id, principal,
                    tool, session, run, decision, outcome, code, issued_by, issued_at)
                SELECT ?, ?, ?, ?, ?, ?, one.call, c.principal, c.tool, c.session, c.run, ?, ?, ?, ?, ?
                FROM (SELECT CAST(? AS text) AS call) one LEFT JOIN call c ON c.proposal_id = one.call""", entries, Math.max(1, entries.size()), (row, read) -> {
            Statement statement = read.statement();
            StatementFacts facts = read.facts();
            row.setLong(1, read.entry().index());
            row.setBytes(2, read.entry().digest().bytes());
            row.setString(3, statement == null ? "unreadable" : statement.type().shortName());
            row.setString(4, facts == null ? null : facts.event());
            row.setString(5, read.workspace());
            row.setString(6, statement == null ? "" : statement.subject().name());
            row.setString(7, facts == null ? null : facts.decision());
            row.setString(8, facts == null ? null : facts.outcome());
            row.setString(9, facts == null ? null : facts.code());
            row.setString(10, read.entry().signer());
            row.setTimestamp(
                    11,
                    Timestamp.from(
                            statement == null
                                    ? Instant.EPOCH
                                    : statement.predicate().issued().at()));
            row.setString(12, read.call());
        });
    }

    /** Order between topics is not promised: statements that came before their proposal get its facts now. */
    private void nameTheCalls(List<Read> proposals) {
        batches.batchUpdate(
                "UPDATE statement_index s SET principal = c.principal, tool = c.tool, session = c.session, run = c.run"
                        + " FROM call c WHERE c.proposal_id = ? AND s.proposal_id = c.proposal_id AND s.principal IS NULL",
                proposals,
                Math.max(1, proposals.size()),
                (statement, read) -> statement.setString(1, read.call()));
    }
}
