package dev.sallyport.attestation.index;

import dev.sallyport.attestation.index.IndexedStatement.Kind;
import dev.sallyport.attestation.index.IndexedStatement.OfCall;
import dev.sallyport.attestation.index.StatementQuery.Field;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.ProposalId;
import dev.sallyport.statements.RunKey;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

/** Answers from the index. */
@Service
public class StatementIndex {
    private static final String AT =
            "select * from statement_index where idx = :idx and workspace_id = any(:workspaces)";

    private static final String OF_CALL = """
            select * from statement_index
            where proposal_id = :call and subject_digest = :digest and idx < :below order by idx""";

    private static final String CALL = """
            select * from call
            where proposal_id = :call and workspace_id = :workspace and principal is not null
            order by subject_digest limit 1""";

    private static final String ENDED = """
            select s.digest, s.proposal_id is null or coalesce(c.ended_idx < ?, false)
            from statement_index s
            left join call c on c.proposal_id = s.proposal_id and c.subject_digest = s.subject_digest
            where s.digest = any (?)""";

    /** What statements about the fleet as a whole have for a workspace. */
    private static final String FLEET = "";

    private final JdbcClient jdbc;
    private final JdbcTemplate arrays;

    StatementIndex(JdbcClient jdbc, JdbcTemplate arrays) {
        this.jdbc = jdbc;
        this.arrays = arrays;
    }

    /**
     * What a reader sees.
     *
     * @param workspaceId statements of this workspace
     * @param fleet whether statements about the fleet as a whole as well
     */
    public record Sight(String workspaceId, boolean fleet) {
        private List<String> workspaces() {
            return fleet ? List.of(workspaceId, FLEET) : List.of(workspaceId);
        }
    }

    /**
     * The entries asked for, in the order of the log.
     *
     * @param below only entries with a smaller index
     * @param limit the most entries
     */
    public List<IndexedStatement> find(StatementQuery query, Sight sight, long below, int limit) {
        Map<String, Object> parameters = new LinkedHashMap<>();
        parameters.put("after", query.after());
        parameters.put("below", below);
        parameters.put("limit", limit);
        StringBuilder narrowed = new StringBuilder();
        StringBuilder named = new StringBuilder();
        query.equal().forEach((field, value) -> {
            if (field.column() == null) {
                join(named, field);
                parameters.put(field.name(), value);
            } else {
                narrow(narrowed, parameters, field.column() + " =", field.name(), value);
            }
        });
        if (query.from() != null) {
            narrow(narrowed, parameters, "issued_at >=", "from", Timestamp.from(query.from()));
        }
        if (query.to() != null) {
            narrow(narrowed, parameters, "issued_at <", "to", Timestamp.from(query.to()));
        }
        // Each part follows an index in the order of idx; one condition for both would not.
        List<String> parts = new ArrayList<>();
        for (String workspace : sight.workspaces()) {
            String name = "workspace" + parts.size();
            parameters.put(name, workspace);
            parts.add("(select s.* from statement_index s" + named
                    + " where s.workspace_id = :" + name + " and s.idx > :after and s.idx < :below" + narrowed
                    + " order by s.idx limit :limit)");
        }
        return jdbc.sql("select * from (" + String.join(" union all ", parts) + ") found order by idx limit :limit")
                .params(parameters)
                .query(StatementIndex::row)
                .list();
    }

    /** Follows the names' own index, which is in the order of the log too. */
    private static void join(StringBuilder sql, Field field) {
        String kind = field.parameter();
        sql.append(" join statement_name n_%1$s on n_%1$s.idx = s.idx and n_%1$s.workspace_id = s.workspace_id"
                        .formatted(kind))
                .append(" and n_%1$s.kind = '%1$s' and n_%1$s.name = :%2$s".formatted(kind, field.name()));
    }

    private static void narrow(
            StringBuilder sql, Map<String, Object> parameters, String condition, String name, Object value) {
        sql.append(" and s.").append(condition).append(" :").append(name);
        parameters.put(name, value);
    }

    /** The row of one entry, if the reader sees it. */
    public Optional<IndexedStatement> at(long index, Sight sight) {
        return jdbc.sql(AT)
                .param("idx", index)
                .param("workspaces", sight.workspaces().toArray(String[]::new))
                .query(StatementIndex::row)
                .optional();
    }

    /** Every statement about a call, below an index, in the order of the log. */
    public List<IndexedStatement> ofCall(Call call, long below) {
        return jdbc.sql(OF_CALL)
                .param("call", call.id().ulid())
                .param("digest", call.digest().bytes())
                .param("below", below)
                .query(StatementIndex::row)
                .list();
    }

    /** A call of the workspace; empty until its proposal is in the log. */
    public Optional<Call> call(ProposalId id, String workspaceId) {
        return jdbc.sql(CALL)
                .param("call", id.ulid())
                .param("workspace", workspaceId)
                .query((row, number) -> new Call(
                        id,
                        Digest.ofRaw(row.getBytes("subject_digest")),
                        workspaceId,
                        Objects.requireNonNull(proposed(row)),
                        result(row),
                        row.getObject("ended_idx", Long.class)))
                .optional();
    }

    /**
     * For each of the statements that the index has: whether its call has ended below an index. A statement outside any
     * call counts as ended.
     */
    public Map<Digest, Boolean> ended(Collection<Digest> digests, long below) {
        byte[][] raw = digests.stream().map(Digest::bytes).toArray(byte[][]::new);
        Map<Digest, Boolean> ended = new HashMap<>();
        arrays.query(
                ENDED,
                statement -> {
                    statement.setLong(1, below);
                    statement.setArray(2, statement.getConnection().createArrayOf("bytea", raw));
                },
                row -> {
                    ended.put(Digest.ofRaw(row.getBytes(1)), row.getBoolean(2));
                });
        return ended;
    }

    private static IndexedStatement row(ResultSet row, int number) throws SQLException {
        String call = row.getString("proposal_id");
        String workspace = text(row, "workspace_id");
        return new IndexedStatement(
                row.getLong("idx"),
                Digest.ofRaw(row.getBytes("digest")),
                new Kind(text(row, "type"), row.getString("event")),
                workspace.equals(FLEET) ? null : workspace,
                text(row, "subject"),
                call == null ? null : new OfCall(new ProposalId(call), proposed(row)),
                result(row),
                new StatedNames(texts(row, "rules"), texts(row, "approvers"), row.getString("actor")),
                text(row, "issued_by"),
                row.getTimestamp("issued_at").toInstant());
    }

    /** What the row repeats of the proposal; null where the proposal is not in the log yet. */
    private static @Nullable ProposedCall proposed(ResultSet row) throws SQLException {
        String principal = row.getString("principal");
        if (principal == null) {
            return null;
        }
        return new ProposedCall(
                text(row, "tool"),
                new RunKey(text(row, "workspace_id"), principal, text(row, "session"), text(row, "run")));
    }

    private static StatedResult result(ResultSet row) throws SQLException {
        return new StatedResult(row.getString("decision"), row.getString("outcome"), row.getString("code"));
    }

    private static List<String> texts(ResultSet row, String column) throws SQLException {
        return List.of((String[]) row.getArray(column).getArray());
    }

    private static String text(ResultSet row, String column) throws SQLException {
        return String.valueOf(row.getString(column));
    }
}
