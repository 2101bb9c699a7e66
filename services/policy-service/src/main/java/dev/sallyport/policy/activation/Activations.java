package dev.sallyport.policy.activation;

import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.statements.Digest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The tables {@code policy_activation} and {@code policy_active}: what decides, and what has decided before. */
@Component
class Activations {
    private static final String POSITION = "select position from policy_active";

    private static final String LOCK = POSITION + " for update";

    private static final String ROW = """
            select position, set_digest, beneath, actor, proposed_by, rollback, activated_at from policy_activation""";

    private static final String AT = ROW + " where position = :position";

    private static final String CURRENT = ROW + " where position = (" + POSITION + ")";

    private static final String LIST = ROW + """
             where cast(:before as bigint) is null or position < :before
            order by position desc limit :limit""";

    private static final String INSERT = """
            insert into policy_activation (position, set_digest, beneath, actor, proposed_by, rollback)
            values (:position, :set, :beneath, :actor, :proposed_by, :rollback)""";

    private static final String HAS_DECIDED = "select exists (select 1 from policy_activation where set_digest = :set)";

    private static final String SWITCH = "update policy_active set position = :position";

    private final JdbcClient jdbc;

    Activations(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** The position of the activation in force. */
    long position() {
        return jdbc.sql(POSITION).query(Long.class).single();
    }

    /** The activation in force. */
    Activation current() {
        return jdbc.sql(CURRENT).query((rs, n) -> read(rs)).single();
    }

    /** The activation in force, which it then is until the end of the transaction. */
    Activation lock() {
        return at(jdbc.sql(LOCK).query(Long.class).single());
    }

    /** The activation at a position that there is. */
    Activation at(long position) {
        return jdbc.sql(AT)
                .param("position", position)
                .query((rs, n) -> read(rs))
                .single();
    }

    /** Whether a set decides, or has decided. */
    boolean hasDecided(Digest set) {
        return jdbc.sql(HAS_DECIDED)
                .param("set", set.bytes())
                .query(Boolean.class)
                .single();
    }

    /** A page of all activations, the newest first. */
    Page<Activation> list(PageRequest page) {
        List<Activation> found = jdbc.sql(LIST)
                .param("before", cursor(page.after()), Types.BIGINT)
                .param("limit", page.oneMore())
                .query((rs, n) -> read(rs))
                .list();
        return Page.of(found, page, activation -> Long.toString(activation.position()));
    }

    /** Puts another set in force. Within the transaction that holds the {@link #lock}. */
    Activation activate(
            long position,
            @Nullable Digest set,
            @Nullable Long beneath,
            String actor,
            @Nullable String proposedBy,
            boolean rollback) {
        jdbc.sql(INSERT)
                .param("position", position)
                .param("set", set == null ? null : set.bytes(), Types.BINARY)
                .param("beneath", beneath, Types.BIGINT)
                .param("actor", actor)
                .param("proposed_by", proposedBy, Types.VARCHAR)
                .param("rollback", rollback)
                .update();
        jdbc.sql(SWITCH).param("position", position).update();
        return at(position);
    }

    private static @Nullable Long cursor(@Nullable String after) {
        if (after == null) {
            return null;
        }
        // A cursor that was never given leads behind everything.
        return after.matches("[0-9]{1,18}") ? Long.valueOf(after) : Long.valueOf(-1);
    }

    private static Activation read(ResultSet rs) throws SQLException {
        byte[] set = rs.getBytes("set_digest");
        long beneath = rs.getLong("beneath");
        boolean bottom = rs.wasNull();
        return new Activation(
                rs.getLong("position"),
                set == null ? null : Digest.ofRaw(set),
                bottom ? null : beneath,
                rs.getString("actor"),
                rs.getString("proposed_by"),
                rs.getBoolean("rollback"),
                PolicySetTable.time(rs, "activated_at"));
    }
}
