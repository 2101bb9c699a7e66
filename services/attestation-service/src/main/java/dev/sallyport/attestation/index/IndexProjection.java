package dev.sallyport.attestation.index;

import dev.sallyport.attestation.index.StatementQuery.Field;
import dev.sallyport.attestation.log.LogReader;
import dev.sallyport.attestation.log.LoggedStatement;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.predicate.Proposal;
import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Reads the log into the index, in order, and remembers how far it has come. It may stop anywhere and be run by every
 * replica; what it writes follows from the log alone.
 */
@Service
public class IndexProjection {
    private static final int BATCH = 500;

    private static final String POSITION = "select next_idx from projection where name = 'statement_index'";

    private static final String LOCK_POSITION =
            "select next_idx from projection where name = 'statement_index' for update";

    private static final String MOVE_POSITION = "update projection set next_idx = :next where name = 'statement_index'";

    private static final String NOTE_CALL = """
            insert into call
              (proposal_id, subject_digest, workspace_id, principal, tool, session, run, decision, outcome, code,
               ended_idx)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            on conflict (proposal_id, subject_digest) do update set
              workspace_id = case when excluded.principal is not null then excluded.workspace_id
                                  else call.workspace_id end,
              principal = coalesce(call.principal, excluded.principal),
              tool = coalesce(call.tool, excluded.tool),
              session = coalesce(call.session, excluded.session),
              run = coalesce(call.run, excluded.run),
              decision = coalesce(call.decision, excluded.decision),
              outcome = coalesce(call.outcome, excluded.outcome),
              code = coalesce(call.code, excluded.code),
              ended_idx = coalesce(call.ended_idx, excluded.ended_idx)""";

    /** A statement that bears the name of a proposal in the log, with another digest, is not about that call. */
    private static final String INSERT = """
            insert into statement_index
              (idx, digest, type, event, workspace_id, subject, subject_digest, proposal_id, principal, tool, session,
               run, decision, outcome, code, issued_by, issued_at, rules, approvers)
            select ?, ?, ?, ?, ?, ?, one.subject_digest,
              case when c.principal is not null then one.call
                   when exists (select 1 from call p where p.proposal_id = one.call and p.principal is not null) then null
                   else one.call end,
              c.principal, c.tool, c.session, c.run, ?, ?, ?, ?, ?, cast(? as text[]), cast(? as text[])
            from (select cast(? as text) as call, cast(? as bytea) as subject_digest) one
            left join call c on c.proposal_id = one.call and c.subject_digest = one.subject_digest""";

    private static final String INSERT_NAME = """
            insert into statement_name (workspace_id, kind, name, idx) values (?, ?, ?, ?)
            on conflict do nothing""";

    private static final String NAME_CALL = """
            update statement_index s
            set principal = c.principal, tool = c.tool, session = c.session, run = c.run
            from call c
            where c.proposal_id = ? and c.subject_digest = ?
              and s.proposal_id = c.proposal_id and s.subject_digest = c.subject_digest and s.principal is null""";

    private static final String NAME_NO_CALL = """
            update statement_index s set proposal_id = null
            where s.proposal_id = ? and not exists (
              select 1 from call c
              where c.proposal_id = s.proposal_id and c.subject_digest = s.subject_digest and c.principal is not null)""";

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
            read = transactions.execute(_ -> readBatch());
        } while (read == BATCH);
    }

    /** How many entries, from the first, the index has read. */
    public long read() {
        return jdbc.sql(POSITION).query(Long.class).single();
    }

    private int readBatch() {
        long next = jdbc.sql(LOCK_POSITION).query(Long.class).single();
        List<LoggedStatement> entries = log.entriesFrom(next, BATCH);
        if (entries.isEmpty()) {
            return 0;
        }
        List<Read> read = entries.stream().map(Read::of).toList();
        List<Read> ofCalls = read.stream().filter(each -> each.call() != null).toList();
        batch(NOTE_CALL, ofCalls, IndexProjection::noteCall);
        batch(INSERT, read, IndexProjection::insert);
        insertNames(read);
        // Order between topics is not promised: statements that came before their proposal get its names now.
        List<Read> proposals =
                ofCalls.stream().filter(each -> each.proposal() != null).toList();
        batch(NAME_CALL, proposals, (row, each) -> {
            row.setString(1, each.call());
            row.setBytes(2, each.subjectDigest());
        });
        batch(NAME_NO_CALL, proposals, (row, each) -> row.setString(1, each.call()));
        jdbc.sql(MOVE_POSITION).param("next", entries.getLast().index() + 1).update();
        return entries.size();
    }

    private void insertNames(List<Read> read) {
        List<Name> names = read.stream().flatMap(Name::of).toList();
        batches.batchUpdate(INSERT_NAME, names, Math.max(1, names.size()), (row, name) -> {
            row.setString(1, name.workspaceId());
            row.setString(2, name.kind());
            row.setString(3, name.name());
            row.setLong(4, name.index());
        });
    }

    /** A row of {@code statement_name}. */
    private record Name(String workspaceId, String kind, String name, long index) {
        static Stream<Name> of(Read read) {
            StatedNames names = read.names();
            return Stream.concat(
                    names.rules().stream().map(rule -> of(read, Field.RULE, rule)),
                    names.approvers().stream().map(person -> of(read, Field.APPROVER, person)));
        }

        private static Name of(Read read, Field kind, String name) {
            return new Name(
                    read.workspace(), kind.parameter(), name, read.entry().index());
        }
    }

    private interface Parameters {
        void set(PreparedStatement row, Read read) throws SQLException;
    }

    /** One statement after the other in one message to the database: several may be about the same call. */
    private void batch(String sql, List<Read> entries, Parameters parameters) {
        batches.batchUpdate(sql, entries, Math.max(1, entries.size()), parameters::set);
    }

    /** An entry with what it says; without statement and fields where this version does not read its form. */
    private record Read(
            LoggedStatement entry,
            @Nullable Statement statement,
            @Nullable IndexFields fields) {
        static Read of(LoggedStatement entry) {
            try {
                Statement statement = entry.statement();
                return new Read(entry, statement, IndexFields.of(statement));
            } catch (StatementRefusedException _) {
                // Verified when it was appended. A later version that no longer reads its form must not stop at it.
                return new Read(entry, null, null);
            }
        }

        @Nullable
        String call() {
            return fields == null || fields.call() == null
                    ? null
                    : fields.call().ulid();
        }

        byte[] subjectDigest() {
            return (statement == null ? entry.digest() : statement.subject().digest()).bytes();
        }

        @Nullable
        Proposal proposal() {
            return fields == null ? null : fields.proposal();
        }

        StatedResult result() {
            return fields == null ? StatedResult.NONE : fields.result();
        }

        StatedNames names() {
            return fields == null ? StatedNames.NONE : fields.names();
        }

        /** Empty for the fleet as a whole. */
        String workspace() {
            return statement == null
                    ? ""
                    : Objects.requireNonNullElse(statement.predicate().issued().workspaceId(), "");
        }
    }

    private static void noteCall(PreparedStatement row, Read read) throws SQLException {
        IndexFields fields = Objects.requireNonNull(read.fields());
        Proposal proposal = fields.proposal();
        row.setString(1, read.call());
        row.setBytes(2, read.subjectDigest());
        row.setString(3, read.workspace());
        row.setString(4, proposal == null ? null : proposal.principal());
        row.setString(5, proposal == null ? null : proposal.tool());
        row.setString(6, proposal == null ? null : proposal.session());
        row.setString(7, proposal == null ? null : proposal.run());
        row.setString(8, proposal == null ? null : fields.result().decision());
        row.setString(9, fields.ends() ? fields.result().outcome() : null);
        row.setString(10, fields.ends() ? fields.result().code() : null);
        row.setObject(11, fields.ends() ? read.entry().index() : null, Types.BIGINT);
    }

    private static void insert(PreparedStatement row, Read read) throws SQLException {
        Statement statement = read.statement();
        IndexFields fields = read.fields();
        Instant issuedAt = statement == null
                ? Instant.EPOCH
                : statement.predicate().issued().at();
        row.setLong(1, read.entry().index());
        row.setBytes(2, read.entry().digest().bytes());
        row.setString(3, statement == null ? "unreadable" : statement.type().shortName());
        row.setString(4, fields == null ? null : fields.event());
        row.setString(5, read.workspace());
        row.setString(6, statement == null ? "" : statement.subject().name());
        row.setString(7, read.result().decision());
        row.setString(8, read.result().outcome());
        row.setString(9, read.result().code());
        row.setString(10, read.entry().signer());
        row.setTimestamp(11, Timestamp.from(issuedAt));
        row.setArray(12, texts(row, read.names().rules()));
        row.setArray(13, texts(row, read.names().approvers()));
        row.setString(14, read.call());
        row.setBytes(15, read.subjectDigest());
    }

    private static Array texts(PreparedStatement row, List<String> texts) throws SQLException {
        return row.getConnection().createArrayOf("text", texts.toArray());
    }
}
