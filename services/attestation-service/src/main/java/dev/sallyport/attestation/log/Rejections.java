package dev.sallyport.attestation.log;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Rejected records that are not yet in their topic's dead letters. */
@Component
public class Rejections {
    private final JdbcClient jdbc;

    Rejections(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** A rejected record that is still to be sent. */
    public static final class Unsent {
        private final long index;
        private final SourcePosition position;
        private final String reason;
        private final byte @Nullable [] key;
        private final byte[] record;

        Unsent(long index, SourcePosition position, String reason, byte @Nullable [] key, byte[] record) {
            this.index = index;
            this.position = position;
            this.reason = reason;
            this.key = key;
            this.record = record;
        }

        /** Where it was read. */
        public SourcePosition position() {
            return position;
        }

        /** Which check failed. */
        public String reason() {
            return reason;
        }

        /** Its key, if it has one. */
        public byte @Nullable [] key() {
            return key == null ? null : key.clone();
        }

        /** Its bytes. */
        public byte[] record() {
            return record.clone();
        }
    }

    /** The oldest unsent ones. */
    public List<Unsent> unsent(int limit) {
        return jdbc.sql("SELECT idx, topic, part, record_offset, reason, unsent_key, unsent_record FROM rejection"
                        + " WHERE unsent_record IS NOT NULL ORDER BY idx LIMIT :limit")
                .param("limit", limit)
                .query((row, number) -> new Unsent(
                        row.getLong(1),
                        new SourcePosition(row.getString(2), row.getInt(3), row.getLong(4)),
                        row.getString(5),
                        row.getBytes(6),
                        row.getBytes(7)))
                .list();
    }

    /** Forgets the bytes of a record that Kafka has. */
    public void sent(Unsent unsent) {
        jdbc.sql("UPDATE rejection SET unsent_key = NULL, unsent_record = NULL WHERE idx = :idx")
                .param("idx", unsent.index)
                .update();
    }
}
