package dev.sallyport.policy.access;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;

/** Lists of words in columns of PostgreSQL's type {@code text[]}: roles, scopes, channels. */
final class TextArrays {
    private TextArrays() {}

    /** The list as a parameter of a statement. */
    static String[] parameter(Collection<String> words) {
        return words.toArray(String[]::new);
    }

    /** The list in a column of a row; the column is never null. */
    static List<String> read(ResultSet row, String column) throws SQLException {
        return List.of((String[]) row.getArray(column).getArray());
    }
}
