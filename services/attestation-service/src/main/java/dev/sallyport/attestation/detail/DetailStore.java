package dev.sallyport.attestation.detail;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.record.Detail;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Keeps details sealed: each under the data key of its subject (for a call, {@code proposal:<id>}), which is itself wrapped
 * under the service's key file. Without the data key's row nothing of the subject can be read again.
 */
public class DetailStore {
    private final JdbcClient jdbc;
    private final JdbcTemplate batches;
    private final byte[] serviceKey;

    /**
     * A store under the key in that file, which is made at the first start.
     *
     * @throws DetailException.KeyFileUnusable when it is missing although something is sealed under it
     */
    public DetailStore(JdbcClient jdbc, JdbcTemplate batches, Path keyFile) {
        this.jdbc = jdbc;
        this.batches = batches;
        boolean sealed = jdbc.sql("SELECT EXISTS (SELECT 1 FROM subject_key)")
                .query(Boolean.class)
                .single();
        this.serviceKey = DetailKeyFile.readOrMake(keyFile, sealed);
    }

    /** Seals details of a subject; makes the subject's data key if it has none. Nothing is stored of them yet. */
    public List<SealedDetail> seal(String subject, Collection<Detail> details) {
        if (details.isEmpty()) {
            return List.of();
        }
        byte[] key = dataKey(subject).orElseGet(() -> newDataKey(subject));
        List<SealedDetail> sealed = new ArrayList<>();
        for (Detail detail : details) {
            Digest digest = detail.digest();
            sealed.add(new SealedDetail(
                    digest, subject, detail.ref().size(), AesGcm.seal(key, detail.bytes(), digest.bytes())));
        }
        return sealed;
    }

    /** Stores sealed details, in the caller's transaction; those that are there already stay. */
    public void insert(List<SealedDetail> details) {
        batches.batchUpdate(
                "INSERT INTO detail (digest, subject, size, sealed) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                details,
                Math.max(1, details.size()),
                (statement, detail) -> {
                    statement.setBytes(1, detail.digest().bytes());
                    statement.setString(2, detail.subject());
                    statement.setLong(3, detail.size());
                    statement.setBytes(4, detail.sealed());
                });
    }

    /** All details kept of a subject, in the order of their arrival; {@link DetailException.Unreadable}. */
    public Map<Digest, Detail> open(String subject) {
        Optional<byte[]> key = dataKey(subject);
        Map<Digest, Detail> details = new LinkedHashMap<>();
        if (key.isEmpty()) {
            return details;
        }
        jdbc.sql("SELECT digest, sealed FROM detail WHERE subject = :subject ORDER BY stored_at, digest")
                .param("subject", subject)
                .query(row -> {
                    Digest digest = new Digest(HexFormat.of().formatHex(row.getBytes(1)));
                    details.put(digest, open(key.get(), digest, row.getBytes(2)));
                });
        return details;
    }

    private static Detail open(byte[] key, Digest digest, byte[] sealed) {
        try {
            return Detail.ofBytes(AesGcm.open(key, sealed, digest.bytes()));
        } catch (GeneralSecurityException e) {
            throw new DetailException.Unreadable("detail " + digest, e);
        }
    }

    private Optional<byte[]> dataKey(String subject) {
        return jdbc.sql("SELECT wrapped_key FROM subject_key WHERE subject = :subject")
                .param("subject", subject)
                .query((row, number) -> row.getBytes(1))
                .optional()
                .map(wrapped -> {
                    try {
                        return AesGcm.open(serviceKey, wrapped, bytes(subject));
                    } catch (GeneralSecurityException e) {
                        throw new DetailException.Unreadable("the data key of " + subject, e);
                    }
                });
    }

    private byte[] newDataKey(String subject) {
        byte[] key = AesGcm.randomKey();
        jdbc.sql("INSERT INTO subject_key (subject, wrapped_key) VALUES (:subject, :key) ON CONFLICT DO NOTHING")
                .param("subject", subject)
                .param("key", AesGcm.seal(serviceKey, key, bytes(subject)))
                .update();
        return dataKey(subject).orElseThrow(() -> new IllegalStateException("a data key was made and is not there"));
    }

    private static byte[] bytes(String subject) {
        return subject.getBytes(StandardCharsets.UTF_8);
    }
}
