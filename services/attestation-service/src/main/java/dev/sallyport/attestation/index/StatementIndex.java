package dev.sallyport.attestation.index;

import dev.sallyport.statements.Digest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

/** Answers from the index. A workspace sees its own statements and those about the whole fleet. */
@Service
public class StatementIndex {
    private final JdbcClient jdbc;
    private final JdbcTemplate arrays;

    StatementIndex(JdbcClient jdbc, JdbcTemplate arrays) {
        this.jdbc = jdbc;
        this.arrays = arrays;
    }

    /** The entries asked for, below an index, in the order of the log. */
    public List<IndexedStatement> find(StatementQuery query, String workspaceId, long below) {
        StringBuilder sql = new StringBuilder("SELECT * FROM statement_index WHERE idx > :after AND idx < :below"
                + " AND (workspace_id = :workspace OR workspace_id IS NULL)");
        Map<String, Object> parameters = new LinkedHashMap<>();
        parameters.put("after", query.after());
        parameters.put("below", below);
        parameters.put("workspace", workspaceId);
        parameters.put("limit", query.limit());
        narrow(sql, parameters, "proposal_id =", "proposal", query.proposal());
        narrow(sql, parameters, "principal =", "principal", query.principal());
        narrow(sql, parameters, "tool =", "tool", query.tool());
        narrow(sql, parameters, "decision =", "decision", query.decision());
        narrow(sql, parameters, "outcome =", "outcome", query.outcome());
        narrow(sql, parameters, "session =", "session", query.session());
        narrow(sql, parameters, "run =", "run", query.run());
        narrow(sql, parameters, "type =", "type", query.type());
        narrow(sql, parameters, "event =", "event", query.event());
        narrow(sql, parameters, "issued_at >=", "from", query.from() == null ? null : Timestamp.from(query.from()));
        narrow(sql, parameters, "issued_at <", "to", query.to() == null ? null : Timestamp.from(query.to()));
        sql.append(" ORDER BY idx LIMIT :limit");
        return jdbc.sql(sql.toString())
                .params(parameters)
                .query(StatementIndex::row)
                .list();
    }

    private static void narrow(
            StringBuilder sql, Map<String, Object> parameters, String condition, String name, @Nullable Object value) {
        if (value != null) {
            sql.append(" AND ").append(condition).append(" :").append(name);
            parameters.put(name, value);
        }
    }

    /** The row of one entry, if the workspace may see it. */
    public Optional<IndexedStatement> at(long index, String workspaceId) {
        return jdbc.sql("SELECT * FROM statement_index WHERE idx = :idx"
                        + " AND (workspace_id = :workspace OR workspace_id IS NULL)")
                .param("idx", index)
                .param("workspace", workspaceId)
                .query(StatementIndex::row)
                .optional();
    }

    /** Every statement about a call, below an index, in the order of the log. */
    public List<IndexedStatement> ofCall(String proposalId, long below) {
        return jdbc.sql("SELECT * FROM statement_index WHERE proposal_id = :call AND idx < :below ORDER BY idx")
                .param("call", proposalId)
                .param("below", below)
                .query(StatementIndex::row)
                .list();
    }

    /** A call of the workspace. */
    public Optional<Call> call(String proposalId, String workspaceId) {
        return jdbc.sql("SELECT * FROM call WHERE proposal_id = :call AND workspace_id = :workspace")
                .param("call", proposalId)
                .param("workspace", workspaceId)
                .query((row, number) -> new Call(
                        row.getString("proposal_id"),
                        row.getString("workspace_id"),
                        row.getString("principal"),
                        row.getString("tool"),
                        row.getString("session"),
                        row.getString("run"),
                        row.getString("decision"),
                        row.getString("outcome"),
                        row.getString("code"),
                        row.getObject("ended_idx", Long.class)))
                .optional();
    }

    /**
     * Of the statements that the index has: whether their call has ended below an index; of those outside any call: true.
     */
    public Map<Digest, Boolean> ended(Collection<Digest> digests, long below) {
        byte[][] raw = digests.stream().map(Digest::bytes).toArray(byte[][]::new);
        Map<Digest, Boolean> ended = new HashMap<>();
        arrays.query(
                "SELECT s.digest, s.proposal_id IS NULL OR COALESCE(c.ended_idx < ?, false) FROM statement_index s"
                        + " LEFT JOIN call c ON c.proposal_id = s.proposal_id WHERE s.digest = ANY (?)",
                statement -> {
                    statement.setLong(1, below);
                    statement.setArray(2, statement.getConnection().createArrayOf("bytea", raw));
                },
                row -> {
                    ended.put(digest(row.getBytes(1)), row.getBoolean(2));
                });
        return ended;
    }

    private static IndexedStatement row(ResultSet row, int number) throws SQLException {
        return new IndexedStatement(
                row.getLong("idx"),
                digest(row.getBytes("digest")),
                row.getString("type"),
                row.getString("event"),
                row.getString("workspace_id"),
                row.getString("subject"),
                row.getString("proposal_id"),
                row.getString("principal"),
                row.getString("tool"),
                row.getString("session"),
                row.getString("run"),
                row.getString("decision"),
                row.getString("outcome"),
                row.getString("code"),
                row.getString("issued_by"),
                row.getTimestamp("issued_at").toInstant());
    }

    private static Digest digest(byte[] raw) {
        return new Digest(HexFormat.of().formatHex(raw));
    }
}
