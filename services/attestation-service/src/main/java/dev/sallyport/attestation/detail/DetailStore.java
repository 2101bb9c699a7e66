package dev.sallyport.attestation.detail;

import dev.sallyport.identity.IdentityException.SealBroken;
import dev.sallyport.identity.protect.AesGcm;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.record.Detail;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Keeps details sealed: each under the data key of its subject (for a call, {@code proposal:<id>}). The data key is
 * itself wrapped under the service's key file. Without the data key's row no detail of the subject can be read again.
 */
public class DetailStore {
    private static final String HAS_KEYS = "select exists (select 1 from subject_key)";

    private static final String INSERT =
            "insert into detail (digest, subject, size, sealed) values (?, ?, ?, ?) on conflict do nothing";

    private static final String OF_SUBJECT =
            "select digest, sealed from detail where subject = :subject order by stored_at, digest";

    private static final String KEYS = "select subject, wrapped_key from subject_key where subject = any (:subjects)";

    private static final String INSERT_KEYS = """
            insert into subject_key (subject, wrapped_key)
            select * from unnest(cast(:subjects as text[]), cast(:keys as bytea[]))
            on conflict do nothing""";

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
        boolean sealed = jdbc.sql(HAS_KEYS).query(Boolean.class).single();
        this.serviceKey = DetailKeyFile.readOrMake(keyFile, sealed);
    }

    /**
     * Seals the details of several subjects, and makes data keys for the subjects that have none. The details
     * themselves are not stored yet. Keys are read and made together: a commit for each subject would cost more than
     * all the rest.
     */
    public List<SealedDetail> seal(Map<String, ? extends Collection<Detail>> bySubject) {
        Map<String, byte[]> keys = keysOf(bySubject);
        List<SealedDetail> sealed = new ArrayList<>();
        bySubject.forEach((subject, details) -> {
            for (Detail detail : details) {
                Digest digest = detail.digest();
                byte[] key = Objects.requireNonNull(keys.get(subject));
                sealed.add(new SealedDetail(
                        digest, subject, detail.ref().size(), AesGcm.seal(key, detail.bytes(), digest.bytes())));
            }
        });
        return sealed;
    }

    private Map<String, byte[]> keysOf(Map<String, ? extends Collection<Detail>> bySubject) {
        Set<String> wanted = new TreeSet<>();
        bySubject.forEach((subject, details) -> {
            if (!details.isEmpty()) {
                wanted.add(subject);
            }
        });
        Map<String, byte[]> keys = dataKeys(wanted);
        wanted.removeAll(keys.keySet());
        if (!wanted.isEmpty()) {
            makeDataKeys(wanted);
            keys.putAll(dataKeys(wanted));
            if (!keys.keySet().containsAll(wanted)) {
                throw new IllegalStateException("data keys were made and are not there");
            }
        }
        return keys;
    }

    /** Stores sealed details, in the caller's transaction; those that are there already stay. */
    public void insert(List<SealedDetail> details) {
        batches.batchUpdate(INSERT, details, Math.max(1, details.size()), (statement, detail) -> {
            statement.setBytes(1, detail.digest().bytes());
            statement.setString(2, detail.subject());
            statement.setLong(3, detail.size());
            statement.setBytes(4, detail.sealed());
        });
    }

    /** All details kept of a subject, in the order of their arrival; {@link DetailException.Unreadable}. */
    public Map<Digest, Detail> open(String subject) {
        byte[] key = dataKeys(List.of(subject)).get(subject);
        Map<Digest, Detail> details = new LinkedHashMap<>();
        if (key == null) {
            return details;
        }
        jdbc.sql(OF_SUBJECT).param("subject", subject).query(row -> {
            Digest digest = Digest.ofRaw(row.getBytes(1));
            details.put(digest, open(key, digest, row.getBytes(2)));
        });
        return details;
    }

    private static Detail open(byte[] key, Digest digest, byte[] sealed) {
        try {
            return Detail.ofBytes(AesGcm.open(key, sealed, digest.bytes()));
        } catch (SealBroken e) {
            throw new DetailException.Unreadable("detail " + digest, e);
        }
    }

    private Map<String, byte[]> dataKeys(Collection<String> subjects) {
        Map<String, byte[]> keys = new HashMap<>();
        if (!subjects.isEmpty()) {
            jdbc.sql(KEYS).param("subjects", subjects.toArray(String[]::new)).query(row -> {
                keys.put(row.getString(1), unwrapped(row.getString(1), row.getBytes(2)));
            });
        }
        return keys;
    }

    private byte[] unwrapped(String subject, byte[] wrapped) {
        try {
            return AesGcm.open(serviceKey, wrapped, bytes(subject));
        } catch (SealBroken e) {
            throw new DetailException.Unreadable("the data key of " + subject, e);
        }
    }

    /** Inserts in the order of the subjects, so that two replicas that make the same keys cannot deadlock. */
    private void makeDataKeys(Set<String> sorted) {
        byte[][] wrapped = sorted.stream()
                .map(subject -> AesGcm.seal(serviceKey, AesGcm.randomKey(), bytes(subject)))
                .toArray(byte[][]::new);
        jdbc.sql(INSERT_KEYS)
                .param("subjects", sorted.toArray(String[]::new))
                .param("keys", wrapped)
                .update();
    }

    private static byte[] bytes(String subject) {
        return subject.getBytes(StandardCharsets.UTF_8);
    }
}
