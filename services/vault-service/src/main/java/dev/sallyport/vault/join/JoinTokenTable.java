package dev.sallyport.vault.join;

import dev.sallyport.identity.ca.TlsNames;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.trust.SpiffeId;
import java.net.InetAddress;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The rows of {@code join_token}. */
@Repository
class JoinTokenTable {
    private static final String INSERT = """
            insert into join_token (token_hash, spiffe_id, dns_names, addresses, created_at, created_by, expires_at)
            values (:hash, :id, :dns, :addresses, :now, :actor, :expires)""";

    private static final String USE = """
            update join_token set used_at = now()
            where token_hash = ? and used_at is null and expires_at > now()
            returning spiffe_id, dns_names, addresses""";

    private final JdbcClient jdbc;

    JoinTokenTable(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    void insert(Digest hash, TlsNames granted, Instant now, String actor, Instant expiresAt) {
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
                .update();
    }

    /** What the token grants, once. Of two requests at the same time one gets nothing. */
    Optional<TlsNames> use(Digest hash) {
        return jdbc.sql(USE)
                .param(hash.bytes())
                .query((row, number) -> new TlsNames(
                        SpiffeId.parse(String.valueOf(row.getString("spiffe_id"))),
                        Set.of((String[]) row.getArray("dns_names").getArray()),
                        Arrays.stream((String[]) row.getArray("addresses").getArray())
                                .map(InetAddress::ofLiteral)
                                .collect(Collectors.toSet())))
                .optional();
    }
}
