package dev.sallyport.vault.denylist;

import dev.sallyport.identity.Pem;
import dev.sallyport.statements.Digest;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The rows of {@code revocation} and {@code revoked_authority}. */
@Repository
class RevocationTable {
    private static final String ADD_SERIAL = """
            insert into revocation (serial, reason, revoked_at, revoked_by, leaves_at, refused_from)
            values (?, ?, ?, ?, ?, ?) on conflict do nothing""";

    private static final String ADD_ID = """
            insert into revocation (spiffe_id, reason, revoked_at, revoked_by, refused_from)
            values (?, ?, ?, ?, ?) on conflict do nothing""";

    private static final String LOWER_SERIAL = """
            update revocation set refused_from = :from where serial = :name and refused_from > :from""";

    private static final String LOWER_ID = """
            update revocation set refused_from = :from
            where spiffe_id = :name and cleared_at is null and refused_from > :from""";

    private static final String LOWER_AUTHORITY = """
            update revoked_authority set refused_from = :from where authority = :name and refused_from > :from""";

    private static final String IN_FORCE = """
            select serial, spiffe_id, refused_from from revocation
            where cleared_at is null and (leaves_at is null or leaves_at > ?)""";

    private static final String CLEAR_ID = """
            update revocation set cleared_at = now(), cleared_by = ? where spiffe_id = ? and cleared_at is null""";

    private static final String ADD_AUTHORITY = """
            insert into revoked_authority (authority, certificate, reason, revoked_at, revoked_by, refused_from, leaves_at)
            values (?, ?, ?, ?, ?, ?, ?) on conflict do nothing""";

    private static final String AUTHORITIES = """
            select certificate, refused_from from revoked_authority where leaves_at > ?""";

    private static final String VERSION = "select floor(extract(epoch from clock_timestamp()) * 1000)::bigint";

    private final JdbcClient jdbc;

    RevocationTable(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * A row.
     *
     * @param serial null for an id as a whole
     * @param spiffeId null for one certificate
     * @param refusedFrom index of the ledger below which statements stay good
     */
    record Row(@Nullable String serial, @Nullable String spiffeId, long refusedFrom) {}

    /** Whether the revocation of the certificate now counts from an earlier index of the ledger on. */
    boolean lowerSerial(String serial, long refusedFrom) {
        return lower(LOWER_SERIAL, serial, refusedFrom);
    }

    /** Whether the revocation of the id now counts from an earlier index of the ledger on. */
    boolean lowerId(String spiffeId, long refusedFrom) {
        return lower(LOWER_ID, spiffeId, refusedFrom);
    }

    /** Whether the revocation of the authority now counts from an earlier index of the ledger on. */
    boolean lowerAuthority(X509Certificate authority, long refusedFrom) {
        try {
            return lower(LOWER_AUTHORITY, Digest.of(authority.getEncoded()).bytes(), refusedFrom);
        } catch (CertificateEncodingException e) {
            throw new IllegalArgumentException("a certificate that was read can be written", e);
        }
    }

    private boolean lower(String update, Object name, long refusedFrom) {
        return jdbc.sql(update).param("name", name).param("from", refusedFrom).update() == 1;
    }

    /** Whether the revocation is new; an earlier one of the same certificate stays as it was. */
    boolean addSerial(String serial, String reason, Instant now, String actor, Instant leavesAt, long refusedFrom) {
        return jdbc.sql(ADD_SERIAL)
                        .params(serial, reason, Timestamp.from(now), actor, Timestamp.from(leavesAt), refusedFrom)
                        .update()
                == 1;
    }

    /** Whether the revocation is new; an earlier one of the same id stays as it was. */
    boolean addId(String spiffeId, String reason, Instant now, String actor, long refusedFrom) {
        return jdbc.sql(ADD_ID)
                        .params(spiffeId, reason, Timestamp.from(now), actor, refusedFrom)
                        .update()
                == 1;
    }

    /** Whether the revocation is new; an earlier one of the same authority stays as it was. */
    boolean addAuthority(
            X509Certificate authority, String reason, Instant now, String actor, Instant leavesAt, long refusedFrom) {
        try {
            byte[] der = authority.getEncoded();
            return jdbc.sql(ADD_AUTHORITY)
                            .params(
                                    Digest.of(der).bytes(),
                                    der,
                                    reason,
                                    Timestamp.from(now),
                                    actor,
                                    refusedFrom,
                                    Timestamp.from(leavesAt))
                            .update()
                    == 1;
        } catch (CertificateEncodingException e) {
            throw new IllegalArgumentException("a certificate that was read can be written", e);
        }
    }

    /** The authorities that are revoked, each with the index of the ledger below which statements stay good. */
    Map<X509Certificate, Long> authorities(Instant now) {
        return jdbc
                .sql(AUTHORITIES)
                .param(Timestamp.from(now))
                .query((row, number) -> Map.entry(
                        Pem.certificate(Objects.requireNonNull(row.getBytes("certificate"))),
                        row.getLong("refused_from")))
                .list()
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** Whether the id was revoked until now. */
    boolean clearId(String spiffeId, String actor) {
        return jdbc.sql(CLEAR_ID).params(actor, spiffeId).update() == 1;
    }

    /** The revocations in force at that moment. */
    List<Row> inForce(Instant now) {
        return jdbc.sql(IN_FORCE)
                .param(Timestamp.from(now))
                .query((row, number) ->
                        new Row(row.getString("serial"), row.getString("spiffe_id"), row.getLong("refused_from")))
                .list();
    }

    /**
     * The version of a list that is read from now on: the database's time, in milliseconds. A list of later reading has a
     * larger one on every replica, also after the database was put back to an earlier state.
     */
    long version() {
        return jdbc.sql(VERSION).query(Long.class).single();
    }
}
