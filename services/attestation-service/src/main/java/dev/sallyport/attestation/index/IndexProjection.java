package dev.sallyport.attestation.index;

import dev.sallyport.attestation.index.StatementQuery.Field;
import dev.sallyport.attestation.log.LogReader;
import dev.sallyport.attestation.log.LoggedStatement;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.predicate.Proposal;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

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

    private static final String NOTE_CALLS = """
            insert into call
              (proposal_id, subject_digest, workspace_id, principal, tool, session, run, decision, outcome, code,
               ended_idx)
            select * from unnest(:calls::text[], :digests::bytea[], :workspaces::text[], :principals::text[],
              :tools::text[], :sessions::text[], :runs::text[], :decisions::text[], :outcomes::text[], :codes::text[],
              :ends::bigint[])
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

    /**
     * A statement that bears the name of a proposal in the log, with another digest, is not about that call. Rules and
     * approvers come as JSON: rows of different lengths make no array.
     */
    private static final String INSERT = """
            insert into statement_index
              (idx, digest, type, event, workspace_id, subject, subject_digest, proposal_id, principal, tool, session,
               run, decision, outcome, code, issued_by, issued_at, rules, approvers, actor)
            select one.idx, one.digest, one.type, one.event, one.workspace_id, one.subject, one.subject_digest,
              case when c.principal is not null then one.call
                   when exists (select 1 from call p where p.proposal_id = one.call and p.principal is not null) then null
                   else one.call end,
              c.principal, c.tool, c.session, c.run, one.decision, one.outcome, one.code, one.issued_by, one.issued_at,
              array(select jsonb_array_elements_text(one.rules::jsonb)),
              array(select jsonb_array_elements_text(one.approvers::jsonb)), one.actor
            from unnest(:indexes::bigint[], :digests::bytea[], :types::text[], :events::text[], :workspaces::text[],
                :subjects::text[], :subject_digests::bytea[], :calls::text[], :decisions::text[], :outcomes::text[],
                :codes::text[], :issuers::text[], :times::timestamptz[], :rules::text[], :approvers::text[],
                :actors::text[])
              as one (idx, digest, type, event, workspace_id, subject, subject_digest, call, decision, outcome, code,
                issued_by, issued_at, rules, approvers, actor)
            left join call c on c.proposal_id = one.call and c.subject_digest = one.subject_digest""";

    private static final String INSERT_NAMES = """
            insert into statement_name (workspace_id, kind, name, idx)
            select * from unnest(:workspaces::text[], :kinds::text[], :names::text[], :indexes::bigint[])
            on conflict do nothing""";

    private static final String NAME_CALLS = """
            update statement_index s
            set principal = c.principal, tool = c.tool, session = c.session, run = c.run
            from unnest(:calls::text[], :digests::bytea[]) as one (call, digest)
            join call c on c.proposal_id = one.call and c.subject_digest = one.digest
            where s.proposal_id = c.proposal_id and s.subject_digest = c.subject_digest and s.principal is null""";

    private static final String NAME_NO_CALLS = """
            update statement_index s set proposal_id = null
            where s.proposal_id = any(:calls) and not exists (
              select 1 from call c
              where c.proposal_id = s.proposal_id and c.subject_digest = s.subject_digest and c.principal is not null)""";

    private static final JsonMapper JSON = JsonMapper.builder().build();

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
        noteCalls(read);
        insert(read);
        insertNames(read.stream().flatMap(Name::of).toList());
        // Order between topics is not promised: statements that came before their proposal get its names now.
        nameCalls(read.stream()
                .filter(each -> each.call() != null && each.proposal() != null)
                .toList());
        jdbc.sql(MOVE_POSITION).param("next", entries.getLast().index() + 1).update();
        return entries.size();
    }

    private void noteCalls(List<Read> read) {
        Map<CallKey, NotedCall> calls = new LinkedHashMap<>();
        for (Read each : read) {
            if (each.call() != null) {
                calls.merge(CallKey.of(each), NotedCall.of(each), NotedCall::with);
            }
        }
        if (calls.isEmpty()) {
            return;
        }
        Rows<Map.Entry<CallKey, NotedCall>> rows = new Rows<>(List.copyOf(calls.entrySet()));
        jdbc.sql(NOTE_CALLS)
                .param("calls", rows.texts(row -> row.getKey().call()))
                .param("digests", rows.bytes(row -> row.getKey().subject().bytes()))
                .param("workspaces", rows.texts(row -> row.getValue().workspace()))
                .param("principals", rows.texts(row -> row.getValue().principal()))
                .param("tools", rows.texts(row -> row.getValue().tool()))
                .param("sessions", rows.texts(row -> row.getValue().session()))
                .param("runs", rows.texts(row -> row.getValue().run()))
                .param("decisions", rows.texts(row -> row.getValue().decision()))
                .param("outcomes", rows.texts(row -> row.getValue().outcome()))
                .param("codes", rows.texts(row -> row.getValue().code()))
                .param("ends", rows.numbers(row -> row.getValue().endedIndex()))
                .update();
    }

    private void insert(List<Read> read) {
        Rows<Read> rows = new Rows<>(read);
        jdbc.sql(INSERT)
                .param("indexes", rows.numbers(row -> row.entry().index()))
                .param("digests", rows.bytes(row -> row.entry().digest().bytes()))
                .param("types", rows.texts(Read::type))
                .param(
                        "events",
                        rows.texts(row ->
                                row.fields() == null ? null : row.fields().event()))
                .param("workspaces", rows.texts(Read::workspace))
                .param("subjects", rows.texts(Read::subject))
                .param("subject_digests", rows.bytes(row -> row.subjectDigest().bytes()))
                .param("calls", rows.texts(Read::call))
                .param("decisions", rows.texts(row -> row.result().decision()))
                .param("outcomes", rows.texts(row -> row.result().outcome()))
                .param("codes", rows.texts(row -> row.result().code()))
                .param("issuers", rows.texts(row -> row.entry().signer()))
                .param("times", rows.texts(row -> row.issuedAt().toString()))
                .param(
                        "rules",
                        rows.texts(row -> JSON.writeValueAsString(row.names().rules())))
                .param(
                        "approvers",
                        rows.texts(row -> JSON.writeValueAsString(row.names().approvers())))
                .param("actors", rows.texts(row -> row.names().actor()))
                .update();
    }

    private void insertNames(List<Name> names) {
        if (names.isEmpty()) {
            return;
        }
        Rows<Name> rows = new Rows<>(names);
        jdbc.sql(INSERT_NAMES)
                .param("workspaces", rows.texts(Name::workspaceId))
                .param("kinds", rows.texts(Name::kind))
                .param("names", rows.texts(Name::name))
                .param("indexes", rows.numbers(Name::index))
                .update();
    }

    private void nameCalls(List<Read> proposals) {
        if (proposals.isEmpty()) {
            return;
        }
        Rows<Read> rows = new Rows<>(proposals);
        jdbc.sql(NAME_CALLS)
                .param("calls", rows.texts(Read::call))
                .param("digests", rows.bytes(row -> row.subjectDigest().bytes()))
                .update();
        jdbc.sql(NAME_NO_CALLS).param("calls", rows.texts(Read::call)).update();
    }

    /** Rows as one array for each column. */
    private record Rows<T>(List<T> all) {
        @Nullable
        String[] texts(Function<T, @Nullable String> column) {
            return all.stream().map(column).toArray(String[]::new);
        }

        @Nullable
        Long[] numbers(Function<T, @Nullable Long> column) {
            return all.stream().map(column).toArray(Long[]::new);
        }

        byte[][] bytes(Function<T, byte[]> column) {
            return all.stream().map(column).toArray(byte[][]::new);
        }
    }

    /** The key of the table {@code call}. */
    private record CallKey(String call, Digest subject) {
        static CallKey of(Read read) {
            return new CallKey(Objects.requireNonNull(read.call()), read.subjectDigest());
        }
    }

    /** What some entries say of a call; what is said first counts. */
    private record NotedCall(
            String workspace,
            @Nullable String principal,
            @Nullable String tool,
            @Nullable String session,
            @Nullable String run,
            @Nullable String decision,
            @Nullable String outcome,
            @Nullable String code,
            @Nullable Long endedIndex) {
        static NotedCall of(Read read) {
            IndexFields fields = Objects.requireNonNull(read.fields());
            Proposal proposal = fields.proposal();
            boolean ends = fields.ends();
            return new NotedCall(
                    read.workspace(),
                    proposal == null ? null : proposal.principal(),
                    proposal == null ? null : proposal.tool(),
                    proposal == null ? null : proposal.session(),
                    proposal == null ? null : proposal.run(),
                    proposal == null ? null : fields.result().decision(),
                    ends ? fields.result().outcome() : null,
                    ends ? fields.result().code() : null,
                    ends ? read.entry().index() : null);
        }

        /** With what a later entry adds. The workspace is the proposal's, once it is there. */
        NotedCall with(NotedCall later) {
            return new NotedCall(
                    later.principal == null ? workspace : later.workspace,
                    first(principal, later.principal),
                    first(tool, later.tool),
                    first(session, later.session),
                    first(run, later.run),
                    first(decision, later.decision),
                    first(outcome, later.outcome),
                    first(code, later.code),
                    first(endedIndex, later.endedIndex));
        }

        private static <V> @Nullable V first(@Nullable V one, @Nullable V other) {
            return one == null ? other : one;
        }
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

        Digest subjectDigest() {
            return statement == null ? entry.digest() : statement.subject().digest();
        }

        String type() {
            return statement == null ? "unreadable" : statement.type().shortName();
        }

        String subject() {
            return statement == null ? "" : statement.subject().name();
        }

        Instant issuedAt() {
            return statement == null
                    ? Instant.EPOCH
                    : statement.predicate().issued().at();
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
}
