package dev.sallyport.executor.control;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.sallyport.executor.claim.AttackReport;
import dev.sallyport.executor.control.NodeRegistry.Node;
import dev.sallyport.servicekit.outbox.StatementOutbox;
import dev.sallyport.statements.Subject;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;

/**
 * Trials of nodes' sandboxes, which an operator asks for. The node makes one when no call runs there, and reports; nothing
 * of it decides over calls, for a node proves its tiers by itself.
 */
@Service
public class NodeAttacks {
    private static final SecureRandom RANDOM = new SecureRandom();

    /** Characters of a statement that name what did not hold; the whole report is at control. */
    private static final int MOST_NAMED = 500;

    /** One that a node has not made within ten minutes is given up, and asked for anew. */
    private static final String ASK = """
            insert into node_attack (spiffe_id, id, asked_by) values (:node, :id, :actor)
            on conflict (spiffe_id) do update
              set id = excluded.id, asked_at = now(), asked_by = excluded.asked_by, answered_at = null, results = null
            where node_attack.answered_at is not null or node_attack.asked_at < now() - interval '10 minutes'""";

    private static final String OPEN = """
            select id from node_attack
            where spiffe_id = :node and answered_at is null and asked_at > now() - interval '10 minutes'""";

    private static final String ANSWER = """
            update node_attack set answered_at = now(), results = cast(:results as jsonb)
            where spiffe_id = :node and id = :id and answered_at is null returning asked_by""";

    private static final String LAST = """
            select a.id, a.asked_at, a.asked_by, a.answered_at, a.results from node_attack a
            where a.spiffe_id = :node""";

    private final NodeRegistry nodes;
    private final JdbcClient jdbc;
    private final JsonMapper json;
    private final StatementOutbox outbox;

    NodeAttacks(NodeRegistry nodes, JdbcClient jdbc, JsonMapper json, StatementOutbox outbox) {
        this.nodes = nodes;
        this.jdbc = jdbc;
        this.json = json;
        this.outbox = outbox;
    }

    /**
     * The last trial of a node.
     *
     * @param answeredAt when it was reported, null while it is not
     * @param items what came of it, empty while it is not reported
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Attack(
            String id,
            Instant askedAt,
            String askedBy,
            @Nullable Instant answeredAt,
            List<AttackReport.Line> items) {}

    /** Asks a node for a trial, unless one is asked of it already; empty if there is no such node. */
    @Transactional
    public Optional<Attack> ask(String pool, String name, String actor) {
        return node(pool, name).flatMap(node -> {
            byte[] id = new byte[16];
            RANDOM.nextBytes(id);
            jdbc.sql(ASK)
                    .param("node", node.id())
                    .param("id", HexFormat.of().formatHex(id))
                    .param("actor", actor)
                    .update();
            return last(node.id());
        });
    }

    /** The last trial of a node; empty if there was none, or there is no such node. */
    public Optional<Attack> last(String pool, String name) {
        return node(pool, name).flatMap(node -> last(node.id()));
    }

    /** The trial that is asked of a node now. */
    public @Nullable String asked(SpiffeId node) {
        return jdbc.sql(OPEN)
                .param("node", node.toString())
                .query(String.class)
                .optional()
                .orElse(null);
    }

    /** Keeps what a node reports, and states it; false if that trial is not asked of it. */
    @Transactional
    public boolean report(SpiffeId node, String id, AttackReport report) {
        Optional<String> askedBy = jdbc.sql(ANSWER)
                .param("node", node.toString())
                .param("id", id)
                .param("results", json.writeValueAsString(report.items()))
                .query(String.class)
                .optional();
        askedBy.ifPresent(actor -> outbox.publish(Statement.of(
                Subject.named("node:" + node),
                Audit.of(
                        outbox.issuance(null),
                        AuditEvent.NODE_ATTACKED,
                        actor,
                        List.of(),
                        attributes(node, report.items())))));
        return askedBy.isPresent();
    }

    private static Map<String, String> attributes(SpiffeId node, List<AttackReport.Line> lines) {
        List<String> broken = lines.stream()
                .filter(line -> !line.holds())
                .map(line -> line.tier() + " " + line.promise())
                .toList();
        Map<String, String> attributes = new HashMap<>();
        attributes.put("node", node.toString());
        attributes.put("tried", Integer.toString(lines.size()));
        attributes.put("broken", Integer.toString(broken.size()));
        if (!broken.isEmpty()) {
            String named = String.join(", ", broken);
            attributes.put("broken_promises", named.length() <= MOST_NAMED ? named : named.substring(0, MOST_NAMED));
        }
        return attributes;
    }

    private Optional<Node> node(String pool, String name) {
        return nodes.all().stream()
                .filter(node -> node.pool().equals(pool) && node.name().equals(name))
                .findFirst();
    }

    private Optional<Attack> last(String node) {
        return jdbc.sql(LAST)
                .param("node", node)
                .query((rs, _) -> new Attack(
                        rs.getString("id"),
                        rs.getObject("asked_at", OffsetDateTime.class).toInstant(),
                        rs.getString("asked_by"),
                        instant(rs, "answered_at"),
                        lines(rs.getString("results"))))
                .optional();
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    private List<AttackReport.Line> lines(@Nullable String results) {
        return results == null ? List.of() : List.of(json.readValue(results, AttackReport.Line[].class));
    }
}
