package dev.sallyport.executor.control;

import dev.sallyport.executor.claim.ClaimRequest;
import dev.sallyport.executor.claim.NodeOffer;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.vocabulary.Tier;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

/** The nodes that have asked for work. */
@Service
public class NodeRegistry {
    /**
     * Whether a node is there, of which {@code n} is the row: it has asked for work within a minute, which is longer
     * than its wait between two requests. A node whose calls take up all its capacity does not ask, but renews their
     * leases.
     */
    static final String PRESENT = """
            (n.last_seen > now() - interval '60 seconds' or exists (select 1 from execution r
              where r.phase = 'running' and r.node = n.spiffe_id and r.lease_until > clock_timestamp()))""";

    /** A request that says what the one before it said rewrites the row rarely; {@link #PRESENT} needs no more. */
    private static final String SEEN = """
            insert into node (spiffe_id, pool, name, tiers, has, capacity, os, kernel, arch, backend)
            values (:id, :pool, :name, :tiers, :has, :capacity, :os, :kernel, :arch, :backend)
            on conflict (spiffe_id) do update set tiers = excluded.tiers, has = excluded.has,
              capacity = excluded.capacity, os = excluded.os, kernel = excluded.kernel, arch = excluded.arch,
              backend = excluded.backend, last_seen = now()
            where node.last_seen < now() - interval '5 seconds'
              or (node.tiers, node.has, node.capacity, node.os, node.kernel, node.arch, node.backend) is distinct from
                (excluded.tiers, excluded.has, excluded.capacity, excluded.os, excluded.kernel, excluded.arch,
                  excluded.backend)""";

    private static final String ALL = """
            select n.*, %s as present,
              (select count(*) from execution e where e.phase = 'running' and e.node = n.spiffe_id) as running
            from node n where cast(:id as text) is null or n.spiffe_id = :id order by pool, name""".formatted(PRESENT);

    private static final String OFFERED =
            "select pool, tiers, has from node n where n.drained_at is null and " + PRESENT;

    private static final String DRAIN = """
            update node set drained_at = now(), drained_by = :actor where spiffe_id = :id and drained_at is null""";

    private static final String UNDRAIN = """
            update node set drained_at = null, drained_by = null where spiffe_id = :id and drained_at is not null""";

    private final JdbcClient jdbc;

    NodeRegistry(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * A node.
     *
     * @param tiers proven ones, none where doctor has proven none
     * @param capacity how many calls it can run at a time, 0 while it drains
     * @param draining whether it takes no calls any more, since it is being stopped or an operator has said so
     * @param drainedBy the operator, null where none has
     * @param running calls that it runs now
     * @param present whether it has asked for work within the last minute, or holds a lease
     */
    public record Node(
            String id,
            String pool,
            String name,
            List<String> tiers,
            int capacity,
            boolean draining,
            long running,
            boolean present,
            @Nullable String os,
            @Nullable String kernel,
            @Nullable String arch,
            @Nullable String backend,
            @Nullable String drainedBy,
            Instant firstSeen,
            Instant lastSeen) {}

    /**
     * What the present nodes of a pool offer.
     *
     * @param tiers those that at least one of them has proven; empty when none has proven any
     * @param executables the programs that at least one of them has
     * @param secrets the ways in which at least one of them delivers secrets, with the kind of code, as {@code
     *     process/pipe}
     * @param egress the kinds of code whose calls reach named hosts on at least one of them
     * @param interpreters of the programs those that are interpreters, or start others, on each of them that has them
     */
    public record Offer(
            String pool,
            List<Tier> tiers,
            List<String> executables,
            List<String> secrets,
            List<String> egress,
            List<String> interpreters) {}

    void seen(SpiffeId node, ClaimRequest request) {
        ClaimRequest.NodeHost host = request.host();
        jdbc.sql(SEEN)
                .param("id", node.toString())
                .param("pool", node.pool())
                .param("name", node.name())
                .param("tiers", request.offer().tiers().stream().map(Tier::name).collect(Collectors.joining(",")))
                .param("has", request.offer().has().toArray(String[]::new))
                .param("capacity", request.capacity())
                .param("os", host == null ? null : host.os(), Types.VARCHAR)
                .param("kernel", host == null ? null : host.kernel(), Types.VARCHAR)
                .param("arch", host == null ? null : host.arch(), Types.VARCHAR)
                .param("backend", host == null ? null : host.backend(), Types.VARCHAR)
                .update();
    }

    /** All nodes, by pool and name. */
    public List<Node> all() {
        return nodes(null);
    }

    /** The one of that id. */
    Optional<Node> one(SpiffeId node) {
        return nodes(node.toString()).stream().findFirst();
    }

    /** Lets it have no more calls; false if that was so, or there is no such node. */
    boolean drain(SpiffeId node, String actor) {
        return jdbc.sql(DRAIN)
                        .param("id", node.toString())
                        .param("actor", actor)
                        .update()
                == 1;
    }

    /** Lets it have calls again; false if that was so, or there is no such node. */
    boolean undrain(SpiffeId node) {
        return jdbc.sql(UNDRAIN).param("id", node.toString()).update() == 1;
    }

    private List<Node> nodes(@Nullable String id) {
        return jdbc.sql(ALL)
                .param("id", id, Types.VARCHAR)
                .query((rs, row) -> new Node(
                        rs.getString("spiffe_id"),
                        rs.getString("pool"),
                        rs.getString("name"),
                        names(rs.getString("tiers")),
                        rs.getInt("capacity"),
                        rs.getInt("capacity") == 0 || rs.getString("drained_by") != null,
                        rs.getLong("running"),
                        rs.getBoolean("present"),
                        rs.getString("os"),
                        rs.getString("kernel"),
                        rs.getString("arch"),
                        rs.getString("backend"),
                        rs.getString("drained_by"),
                        rs.getObject("first_seen", OffsetDateTime.class).toInstant(),
                        rs.getObject("last_seen", OffsetDateTime.class).toInstant()))
                .list();
    }

    /** What is offered now, by pool; a pool without a present node is left out. */
    public List<Offer> offers() {
        Map<String, Set<Tier>> tiers = new TreeMap<>();
        Map<String, Set<String>> executables = new TreeMap<>();
        Map<String, Set<String>> secrets = new TreeMap<>();
        Map<String, Set<String>> egress = new TreeMap<>();
        Map<String, Set<String>> interpreters = new TreeMap<>();
        Map<String, Set<String>> plain = new TreeMap<>();
        jdbc.sql(OFFERED).query(row -> {
            String pool = row.getString("pool");
            Set<Tier> proven = tiers.computeIfAbsent(pool, _ -> EnumSet.noneOf(Tier.class));
            names(row.getString("tiers")).forEach(name -> proven.add(Tier.valueOf(name)));
            Set<String> programs = executables.computeIfAbsent(pool, _ -> new TreeSet<>());
            Set<String> ways = secrets.computeIfAbsent(pool, _ -> new TreeSet<>());
            Set<String> kinds = egress.computeIfAbsent(pool, _ -> new TreeSet<>());
            Set<String> ofNode = new TreeSet<>();
            Set<String> interpretersOfNode = new TreeSet<>();
            for (Object has : (Object[]) row.getArray("has").getArray()) {
                NodeOffer.executableIn((String) has).ifPresent(ofNode::add);
                NodeOffer.interpreterIn((String) has).ifPresent(interpretersOfNode::add);
                NodeOffer.deliveryIn((String) has).ifPresent(ways::add);
                NodeOffer.hostsIn((String) has).ifPresent(kinds::add);
            }
            programs.addAll(ofNode);
            ofNode.removeAll(interpretersOfNode);
            interpreters.computeIfAbsent(pool, _ -> new TreeSet<>()).addAll(interpretersOfNode);
            plain.computeIfAbsent(pool, _ -> new TreeSet<>()).addAll(ofNode);
        });
        plain.forEach((pool, programs) ->
                interpreters.getOrDefault(pool, new TreeSet<>()).removeAll(programs));
        return tiers.entrySet().stream()
                .map(pool -> new Offer(
                        pool.getKey(),
                        List.copyOf(pool.getValue()),
                        List.copyOf(executables.getOrDefault(pool.getKey(), Set.of())),
                        List.copyOf(secrets.getOrDefault(pool.getKey(), Set.of())),
                        List.copyOf(egress.getOrDefault(pool.getKey(), Set.of())),
                        List.copyOf(interpreters.getOrDefault(pool.getKey(), Set.of()))))
                .toList();
    }

    private static List<String> names(String tiers) {
        return tiers.isEmpty() ? List.of() : List.of(tiers.split(",", -1));
    }
}
