package dev.sallyport.attestation.log;

import dev.sallyport.tlog.TreeHash;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The published checkpoints. */
@Repository
class Checkpoints {
    private static final String LATEST = "select size, root, note from checkpoint order by size desc limit 1";

    private static final String PUBLISH =
            "insert into checkpoint (size, root, note) values (:size, :root, :note) on conflict do nothing";

    private final JdbcClient jdbc;

    Checkpoints(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    Optional<PublishedCheckpoint> latest() {
        return jdbc.sql(LATEST)
                .query((row, number) ->
                        new PublishedCheckpoint(row.getLong(1), TreeHash.of(row.getBytes(2)), row.getBytes(3)))
                .optional();
    }

    /** Publishes. Has no effect where another replica has published the same size, since its signature is the same. */
    void publish(PublishedCheckpoint checkpoint) {
        jdbc.sql(PUBLISH)
                .param("size", checkpoint.size())
                .param("root", checkpoint.root().bytes())
                .param("note", checkpoint.note())
                .update();
    }
}
