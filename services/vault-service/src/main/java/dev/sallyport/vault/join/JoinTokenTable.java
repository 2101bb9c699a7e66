package dev.sallyport.vault.join;

import dev.sallyport.identity.ca.TlsNames;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.trust.SpiffeId;
import java.net.InetAddress;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The rows of {@code join_token}. */
@Repository
class JoinTokenTable {
    private static final String INSERT = """
            insert into join_token
              (token_hash, spiffe_id, dns_names, addresses, created_at, created_by, expires_at, readmits)
            values (:hash, :id, :dns, :addresses, :now, :actor, :expires, :readmits)""";

    private static final String NAMED = "select spiffe_id from join_token where token_hash = ?";

    private static final String USE = """
            update join_token set used_at = now()
            where token_hash = ? and used_at is null and superseded_at is null and expires_at > now()
            returning spiffe_id, dns_names, addresses, readmits""";

    private static final String SUPERSEDE = """
            update join_token set superseded_at = now()
            where spiffe_id = ? and used_at is null and superseded_at is null""";

    private static final String LIST = """
            select token_hash, spiffe_id, readmits, created_at, created_by, expires_at,
              case when used_at is not null then 'used' when superseded_at is not null then 'superseded'
                when expires_at > now() then 'waiting' else 'expired' end as state
            from join_token
            where cast(:after as bytea) is null
              or (created_at, token_hash) < (select created_at, token_hash from join_token where token_hash = :after)
            order by created_at desc, token_hash desc limit :limit""";

    private final JdbcClient jdbc;

    JoinTokenTable(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * What a token grants.
     *
     * @param readmits whether it lets another holder in under a name that has one
     */
    record Grant(TlsNames names, boolean readmits) {}

    /** A token as its row says. */
    record Row(
            Digest hash,
            String spiffeId,
            boolean readmits,
            String state,
            Instant createdAt,
            String createdBy,
            Instant expiresAt) {}

    void insert(Digest hash, Grant grant, Instant now, String actor, Instant expiresAt) {
        TlsNames granted = grant.names();
        jdbc.sql(INSERT)
                .param("hash", hash.bytes())
                .param("id", granted.id().toString())
                .param("dns", granted.dnsNames().toArray(String[]::new), Types.ARRAY)
                .param(
                        "addresses",
                        granted.addresses().stream()
                                .map(InetAddress::getHostAddress)
                                .toArray(String[]::new),
                        Types.ARRAY)
                .param("now", Timestamp.from(now))
                .param("actor", actor)
                .param("expires", Timestamp.from(expiresAt))
                .param("readmits", grant.readmits())
                .update();
    }

    /** Whom the token names, whether it counts or not. */
    Optional<SpiffeId> named(Digest hash) {
        return jdbc.sql(NAMED)
                .param(hash.bytes())
                .query(String.class)
                .optional()
                .map(SpiffeId::parse);
    }

    /** Ends what is left of the tokens of a name. */
    void supersede(SpiffeId id) {
        jdbc.sql(SUPERSEDE).param(id.toString()).update();
    }

    /** The tokens, the newest first, from behind that one on. */
    List<Row> list(@Nullable Digest after, int limit) {
        return jdbc.sql(LIST)
                .param("after", after == null ? null : after.bytes(), Types.BINARY)
                .param("limit", limit)
                .query((row, number) -> new Row(
                        Digest.ofRaw(row.getBytes("token_hash")),
                        String.valueOf(row.getString("spiffe_id")),
                        row.getBoolean("readmits"),
                        String.valueOf(row.getString("state")),
                        row.getTimestamp("created_at").toInstant(),
                        String.valueOf(row.getString("created_by")),
                        row.getTimestamp("expires_at").toInstant()))
                .list();
    }

    /** What the token grants, once. Of two requests at the same time one gets nothing. */
    Optional<Grant> use(Digest hash) {
        return jdbc.sql(USE)
                .param(hash.bytes())
                .query((row, number) -> new Grant(
                        new TlsNames(
                                SpiffeId.parse(String.valueOf(row.getString("spiffe_id"))),
                                Set.of((String[]) row.getArray("dns_names").getArray()),
                                Arrays.stream((String[])
                                                row.getArray("addresses").getArray())
                                        .map(InetAddress::ofLiteral)
                                        .collect(Collectors.toSet())),
                        row.getBoolean("readmits")))
                .optional();
    }
}
