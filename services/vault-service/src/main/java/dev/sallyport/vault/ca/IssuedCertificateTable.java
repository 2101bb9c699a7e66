package dev.sallyport.vault.ca;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.trust.SpiffeId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The rows of {@code issued_certificate}. */
@Repository
class IssuedCertificateTable {
    private static final String INSERT = """
        insert into issued_certificate
          (serial, spiffe_id, purpose, not_before, not_after, issued_at, issued_by,
           authority, fingerprint, shown_with, replaces)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)\
        """;

    private static final String VALID = """
        select serial, spiffe_id, purpose, not_after, issued_at, issued_by from issued_certificate
        where not_after > :now
          and (cast(:after as text) is null
            or (issued_at, serial) < (select issued_at, serial from issued_certificate where serial = :after))
        order by issued_at desc, serial desc limit :limit\
        """;

    private static final String EXISTS = "select exists (select 1 from issued_certificate where serial = ?)";

    private static final String VALID_OF = """
        select serial from issued_certificate where spiffe_id = ? and not_after > ? order by serial\
        """;

    private static final String IS_ISSUED = """
        select exists (select 1 from issued_certificate
          where serial = ? and spiffe_id = ? and fingerprint = ? and not_after > ?)\
        """;

    private static final String USED = """
        update issued_certificate set used_at = :now
        where (serial = :serial or shown_with = :serial) and used_at is null and exists (
          select 1 from issued_certificate shown
          where shown.serial = :serial and shown.fingerprint = :fingerprint)\
        """;

    /**
     * A certificate is given up when its holder uses one that replaces it, or replaces what it replaced. One that
     * replaces another of a service or node, which ask every two seconds, and was never shown in ten minutes did not
     * arrive: its holder still counts by the other.
     */
    private static final String IN_USE = """
        select serial, spiffe_id, purpose, not_after, authority from issued_certificate held
        where not_after > :now
          and (used_at is not null or replaces is null or issued_at > cast(:now as timestamptz) - interval '10 min'
            or spiffe_id !~ '^spiffe://[^/]+/(service|executor)/')
          and not exists (
          select 1 from issued_certificate later
          where later.spiffe_id = held.spiffe_id and later.purpose = held.purpose and later.used_at is not null
            and later.serial <> held.serial and later.issued_at >= held.issued_at
            and (later.replaces = held.serial or later.replaces = held.replaces))
        order by spiffe_id, serial\
        """;

    private static final String GIVEN_UP = """
        select spiffe_id, replaces from issued_certificate
        where replaces is not null and used_at is not null and not_after > ?\
        """;

    private final JdbcClient jdbc;

    IssuedCertificateTable(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * What a new certificate has to do with others.
     *
     * @param authority SHA-256 of the certificate of its authority
     * @param fingerprint SHA-256 of itself
     * @param shownWith serial number of the TLS certificate of the same answer; null when there is none
     * @param replaces serial number of the one that its holder then gives up; null when there is none
     */
    record Relations(
            Digest authority,
            Digest fingerprint,
            @Nullable String shownWith,
            @Nullable String replaces) {}

    /**
     * A certificate that its holder has and has not given up.
     *
     * @param authority SHA-256 of its authority's certificate, lower-case hexadecimal; null for one that was issued
     *     before that was written down
     */
    record InUse(
            String serial,
            String spiffeId,
            String purpose,
            Instant notAfter,
            @Nullable String authority) {}

    /** A certificate and whose it is: nobody gives up what is another's. */
    record GivenUp(String spiffeId, String serial) {}

    void insert(IssuedCertificate certificate, Instant notBefore, Relations relations) {
        jdbc.sql(INSERT)
                .params(
                        certificate.serial(),
                        certificate.spiffeId(),
                        certificate.purpose(),
                        Timestamp.from(notBefore),
                        Timestamp.from(certificate.notAfter()),
                        Timestamp.from(certificate.issuedAt()),
                        certificate.issuedBy(),
                        relations.authority().bytes(),
                        relations.fingerprint().bytes())
                .param(relations.shownWith())
                .param(relations.replaces())
                .update();
    }

    /**
     * Whether exactly this certificate was issued here and is still valid. A row without a fingerprint is older than that
     * column and proves nothing: serial numbers and ids are no secrets.
     */
    boolean isIssued(String serial, SpiffeId id, Digest fingerprint, Instant now) {
        return jdbc.sql(IS_ISSUED)
                .params(serial, id.toString(), fingerprint.bytes(), Timestamp.from(now))
                .query(Boolean.class)
                .single();
    }

    /** Notes that a certificate, and those of the same answer, have arrived. */
    void used(String serial, Digest fingerprint, Instant now) {
        jdbc.sql(USED)
                .param("now", Timestamp.from(now))
                .param("serial", serial)
                .param("fingerprint", fingerprint.bytes())
                .update();
    }

    /** The valid certificates that were issued here and that their holders have not given up. */
    List<InUse> inUse(Instant now) {
        return jdbc.sql(IN_USE)
                .param("now", Timestamp.from(now))
                .query((row, number) -> new InUse(
                        String.valueOf(row.getString("serial")),
                        String.valueOf(row.getString("spiffe_id")),
                        String.valueOf(row.getString("purpose")),
                        row.getTimestamp("not_after").toInstant(),
                        hex(row.getBytes("authority"))))
                .list();
    }

    /** Certificates, issued here or at the machine, that their holders have given up. */
    Set<GivenUp> givenUp(Instant now) {
        return jdbc.sql(GIVEN_UP)
                .param(Timestamp.from(now))
                .query((row, number) -> new GivenUp(
                        String.valueOf(row.getString("spiffe_id")), String.valueOf(row.getString("replaces"))))
                .set();
    }

    private static @Nullable String hex(byte @Nullable [] bytes) {
        return bytes == null ? null : HexFormat.of().formatHex(bytes);
    }

    /** Whether a certificate with this serial number was issued here. */
    boolean exists(String serial) {
        return jdbc.sql(EXISTS).param(serial).query(Boolean.class).single();
    }

    /** The serial numbers of an id's certificates that are still valid. */
    List<String> validOf(SpiffeId id, Instant now) {
        return jdbc.sql(VALID_OF)
                .params(id.toString(), Timestamp.from(now))
                .query(String.class)
                .list();
    }

    /**
     * The certificates that are still valid, the newest first.
     *
     * @param after serial number of the one before the first; null from the newest on
     */
    List<IssuedCertificate> valid(Instant now, @Nullable String after, int limit) {
        return jdbc.sql(VALID)
                .param("now", Timestamp.from(now))
                .param("after", after)
                .param("limit", limit)
                .query(IssuedCertificateTable::certificate)
                .list();
    }

    private static IssuedCertificate certificate(ResultSet row, int number) throws SQLException {
        return new IssuedCertificate(
                String.valueOf(row.getString("serial")),
                String.valueOf(row.getString("spiffe_id")),
                String.valueOf(row.getString("purpose")),
                row.getTimestamp("not_after").toInstant(),
                row.getTimestamp("issued_at").toInstant(),
                String.valueOf(row.getString("issued_by")));
    }
}
