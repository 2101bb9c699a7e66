package dev.sallyport.vault.join;

import dev.sallyport.identity.ca.TlsNames;
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
    private final JdbcClient jdbc;

    JoinTokenTable(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    void insert(byte[] hash, TlsNames granted, Instant now, String actor, Instant expiresAt) {
        jdbc.sql("""
                        insert into join_token
                          (token_hash, spiffe_id, dns_names, addresses, created_at, created_by, expires_at)
                        values (:hash, :id, :dns, :addresses, :now, :actor, :expires)""")
                .param("hash", hash)
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

    /** What the token grants, once: of two users at the same time one gets nothing. */
    Optional<TlsNames> use(byte[] hash) {
        return jdbc.sql("""
                        update join_token set used_at = now()
                        where token_hash = ? and used_at is null and expires_at > now()
                        returning spiffe_id, dns_names, addresses""")
                .param(hash)
                .query((rs, n) -> new TlsNames(
                        SpiffeId.parse(String.valueOf(rs.getString("spiffe_id"))),
                        Set.of((String[]) rs.getArray("dns_names").getArray()),
                        Arrays.stream((String[]) rs.getArray("addresses").getArray())
                                .map(InetAddress::ofLiteral)
                                .collect(Collectors.toSet())))
                .optional();
    }
}
