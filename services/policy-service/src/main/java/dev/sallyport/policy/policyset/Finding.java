package dev.sallyport.policy.policyset;

import dev.sallyport.statements.WireName;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Something that is wrong with a policy set, or looks wrong.
 *
 * @param level whether it keeps the set from being stored
 * @param file path within the set; empty for the set as a whole
 * @param line from 1
 * @param column from 1, in characters
 * @param rule the id of the policy concerned; null where none is, or it has none
 * @param message a sentence that says what to change
 */
public record Finding(
        Level level,
        String file,
        int line,
        int column,
        @Nullable String rule,
        String message) {
    /** How bad a finding is. */
    public enum Level implements WireName {
        /** The set is refused. */
        ERROR,
        /** The set is taken; somebody should look. */
        WARNING;

        @Override
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static Finding error(String file, int line, int column, @Nullable String rule, String message) {
        return new Finding(Level.ERROR, file, line, column, rule, message);
    }

    static Finding warning(String file, int line, int column, @Nullable String rule, String message) {
        return new Finding(Level.WARNING, file, line, column, rule, message);
    }

    /** Whether it keeps the set from being stored. */
    public boolean isError() {
        return level == Level.ERROR;
    }

    /** Where it is: {@code file:line:column}. */
    public String place() {
        return file + ":" + line + ":" + column;
    }
}
