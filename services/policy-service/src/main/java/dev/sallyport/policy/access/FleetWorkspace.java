package dev.sallyport.policy.access;

import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The workspace of the fleet's owner: the first one. Only its owners operate what the whole fleet trusts. */
@Component
class FleetWorkspace {
    private static final String FIND = "select workspace_id from workspace where fleet";

    private final JdbcClient jdbc;

    FleetWorkspace(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Its id; empty before the fleet's first bootstrap. */
    Optional<String> id() {
        return jdbc.sql(FIND).query(String.class).optional();
    }
}
