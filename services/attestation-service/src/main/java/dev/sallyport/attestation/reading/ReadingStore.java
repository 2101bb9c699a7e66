package dev.sallyport.attestation.reading;

import dev.sallyport.statements.vocabulary.AuditEvent;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * The table of readings that the log does not tell of yet. A reading is noted before its answer leaves. When its period
 * has ended, one leaf tells of all that a reader did in it: many readings are few leaves.
 */
@Repository
public class ReadingStore {
    /** Entries, page by page, one by one or in bundles. */
    public static final String ENTRIES = "entries";

    private static final String NOTE = """
            insert into reading (workspace_id, reader, event, object, began_at, ends_at, count, details)
            select :workspace, :reader, :event, :object, began, began + :period * interval '1 millisecond', 1, :details
            from date_bin(:period * interval '1 millisecond', clock_timestamp(), timestamptz 'epoch') as began
            on conflict (workspace_id, reader, event, object, began_at) do update
              set count = reading.count + 1, details = reading.details + excluded.details""";

    private static final String FINISHED = "select exists (select 1 from reading where ends_at <= clock_timestamp())";

    private static final String TAKE = """
            with taken as (delete from reading where ends_at <= clock_timestamp() returning *)
            select * from taken order by began_at, workspace_id, reader, event, object""";

    private final JdbcClient jdbc;

    ReadingStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Something that is read.
     *
     * @param reader who reads
     * @param event read or exported
     * @param object what, such as {@code case:<proposal id>}
     * @param details how many details are disclosed with it
     */
    public record Reading(Reader reader, AuditEvent event, String object, int details) {
        /** Entries of the log. */
        public static Reading entries(Reader reader) {
            return new Reading(reader, AuditEvent.LEDGER_READ, ENTRIES, 0);
        }
    }

    /** Notes a reading in the present period of that length. */
    public void note(Reading reading, Duration period) {
        String workspace = reading.reader().workspaceId();
        jdbc.sql(NOTE)
                .param("workspace", workspace == null ? "" : workspace)
                .param("reader", reading.reader().name())
                .param("event", reading.event().wire())
                .param("object", reading.object())
                .param("period", period.toMillis())
                .param("details", reading.details())
                .update();
    }

    /** Whether a period with readings has ended. */
    public boolean finished() {
        return jdbc.sql(FINISHED).query(Boolean.class).single();
    }

    /** Takes the readings of all periods that have ended. The caller tells of them in the same transaction. */
    public List<Readings> take() {
        List<Row> rows = jdbc.sql(TAKE).query(ReadingStore::row).list();
        List<Readings> taken = new ArrayList<>();
        for (int from = 0; from < rows.size(); ) {
            Row first = rows.get(from);
            Map<String, Long> objects = new LinkedHashMap<>();
            long details = 0;
            int at = from;
            for (; at < rows.size() && rows.get(at).continues(first) && objects.size() < Readings.MOST_OBJECTS; at++) {
                objects.put(rows.get(at).object(), rows.get(at).count());
                details += rows.get(at).details();
            }
            taken.add(new Readings(first.reader(), first.event(), first.from(), first.to(), objects, details));
            from = at;
        }
        return taken;
    }

    private record Row(
            Reader reader, AuditEvent event, Instant from, Instant to, String object, long count, long details) {
        boolean continues(Row first) {
            return reader.equals(first.reader)
                    && event == first.event
                    && from.equals(first.from)
                    && to.equals(first.to);
        }
    }

    private static Row row(ResultSet row, int number) throws SQLException {
        String workspace = row.getString("workspace_id");
        return new Row(
                new Reader(workspace.isEmpty() ? null : workspace, row.getString("reader")),
                AuditEvent.ofWire(row.getString("event")).orElseThrow(),
                row.getTimestamp("began_at").toInstant(),
                row.getTimestamp("ends_at").toInstant(),
                row.getString("object"),
                row.getLong("count"),
                row.getLong("details"));
    }
}
