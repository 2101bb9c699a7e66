package dev.sallyport.attestation.log;

import dev.sallyport.tlog.TreeHash;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The published checkpoints. */
@Repository
class Checkpoints {
    private final JdbcClient jdbc;

    Checkpoints(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    Optional<PublishedCheckpoint> latest() {
        return jdbc.sql("SELECT size, root, note FROM checkpoint ORDER BY size DESC LIMIT 1")
                .query((row, number) ->
                        new PublishedCheckpoint(row.getLong(1), TreeHash.of(row.getBytes(2)), row.getBytes(3)))
                .optional();
    }

    /** Publishes; without effect where another replica published the same size, whose signature is the same. */
    void publish(PublishedCheckpoint checkpoint) {
        jdbc.sql("INSERT INTO checkpoint (size, root, note) VALUES (:size, :root, :note) ON CONFLICT DO NOTHING")
                .param("size", checkpoint.size())
                .param("root", checkpoint.root().bytes())
                .param("note", checkpoint.note())
                .update();
    }
}
