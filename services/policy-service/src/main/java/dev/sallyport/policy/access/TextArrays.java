package dev.sallyport.policy.access;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;

/** PostgreSQL's {@code text[]}. */
final class TextArrays {
    private TextArrays() {}

    /** As a parameter. */
    static String[] of(Collection<String> values) {
        return values.toArray(String[]::new);
    }

    /** A column that is never null. */
    static List<String> read(ResultSet row, String column) throws SQLException {
        return List.of((String[]) row.getArray(column).getArray());
    }
}
