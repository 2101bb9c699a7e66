package dev.sallyport.vault.keyring;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The one row each of {@code people_key} and {@code people_key_waiting}, and the rows of {@code people_share}. */
@Repository
class PeopleKeyTable {
    private static final String FIND = "select threshold, people, proof from people_key";

    private static final String PUT = """
            insert into people_key (threshold, people, proof, made_at, made_by)
            values (:threshold, :people, :proof, clock_timestamp(), :actor)
            on conflict (only_row) do update
            set threshold = :threshold, people = :people, proof = :proof, made_at = clock_timestamp(), made_by = :actor""";

    private static final String WAITING = "select threshold, people, proof from people_key_waiting";

    private static final String LET_WAIT = """
            insert into people_key_waiting (threshold, people, proof, made_at, made_by)
            values (:threshold, :people, :proof, clock_timestamp(), :actor)
            on conflict (only_row) do update
            set threshold = :threshold, people = :people, proof = :proof, made_at = clock_timestamp(), made_by = :actor""";

    private static final String END_WAITING = "delete from people_key_waiting";

    private static final String REMOVE = "delete from people_key";

    private static final String GIVE = """
            insert into people_share (given_by, share_index, wrapped_share) values (:actor, :index, :share)
            on conflict (given_by) do update
            set share_index = :index, wrapped_share = :share, given_at = clock_timestamp()""";

    private static final String GIVEN = """
            select share_index, wrapped_share from people_share
            where given_at > clock_timestamp() - make_interval(secs => ?) order by given_at, share_index""";

    private static final String FORGET = """
            delete from people_share where given_at <= clock_timestamp() - make_interval(secs => ?)""";

    private static final String FORGET_ALL = "delete from people_share";

    private final JdbcClient jdbc;

    PeopleKeyTable(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * That the vault opens with shares.
     *
     * @param threshold so many people are needed
     * @param people so many have a share
     * @param proof what the right key opens
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Row(int threshold, int people, byte[] proof) {}

    /** A share that somebody gave, wrapped. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Given(int index, byte[] wrapped) {}

    /** The key that waits for its shares. */
    Optional<Row> waiting() {
        return read(WAITING);
    }

    /** Lets a key wait for its shares, in the place of another one that did. */
    void letWait(Row row, String actor) {
        write(LET_WAIT, row, actor);
    }

    void endWaiting() {
        jdbc.sql(END_WAITING).update();
    }

    Optional<Row> find() {
        return read(FIND);
    }

    private Optional<Row> read(String select) {
        return jdbc.sql(select)
                .query((row, number) -> new Row(row.getInt("threshold"), row.getInt("people"), row.getBytes("proof")))
                .optional();
    }

    void put(Row row, String actor) {
        write(PUT, row, actor);
    }

    private void write(String put, Row row, String actor) {
        jdbc.sql(put)
                .param("threshold", row.threshold())
                .param("people", row.people())
                .param("proof", row.proof())
                .param("actor", actor)
                .update();
    }

    void remove() {
        endWaiting();
        jdbc.sql(REMOVE).update();
        forgetAll();
    }

    void give(String actor, int index, byte[] wrapped) {
        jdbc.sql(GIVE)
                .param("actor", actor)
                .param("index", index)
                .param("share", wrapped)
                .update();
    }

    List<Given> given(Duration within) {
        return jdbc.sql(GIVEN)
                .param(within.toSeconds())
                .query((row, number) -> new Given(row.getInt("share_index"), row.getBytes("wrapped_share")))
                .list();
    }

    void forget(Duration olderThan) {
        jdbc.sql(FORGET).param(olderThan.toSeconds()).update();
    }

    void forgetAll() {
        jdbc.sql(FORGET_ALL).update();
    }
}
