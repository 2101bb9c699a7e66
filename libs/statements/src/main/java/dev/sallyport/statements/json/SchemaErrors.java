package dev.sallyport.statements.json;

import com.networknt.schema.Error;
import com.networknt.schema.ExecutionContext;
import com.networknt.schema.OutputFormat;
import com.networknt.schema.Schema;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * Where a value does not fit a JSON Schema, as far as anybody reads it. The check ends at the last error that is told: a
 * small value can have millions of them, and each would be made before the first is read.
 */
public final class SchemaErrors {
    /** Most errors that are told. */
    public static final int MOST = 20;

    /** Most errors that are made and not told: alternatives ({@code anyOf} and its like) are tried until one fits. */
    private static final int MOST_MADE = 500_000;

    /** Most errors of alternatives within alternatives that are kept until it is known whether one fits. */
    private static final int MOST_KEPT = 10_000;

    private SchemaErrors() {}

    /**
     * The first errors, at most {@value #MOST}; empty if the value fits.
     *
     * @throws TooManyAlternativesException if it was not found out whether the value fits
     */
    public static List<Error> of(Schema schema, JsonNode value) {
        Few few = new Few(schema);
        try {
            schema.validate(few, value, OutputFormat.DEFAULT);
        } catch (EnoughException _) {
            if (few.told.isEmpty()) {
                throw new TooManyAlternativesException();
            }
        }
        return few.told.stream().limit(MOST).toList();
    }

    /** Whether a value fits was not found out: too many alternatives did not. */
    public static final class TooManyAlternativesException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooManyAlternativesException() {
            super(
                    "so many alternatives of the schema do not fit that it was not checked to the end",
                    null,
                    false,
                    false);
        }
    }

    private static final class EnoughException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        EnoughException() {
            super("enough errors", null, false, false);
        }
    }

    /**
     * Keywords with alternatives put a list of their own into the place of this one, and ask it whether it is empty. So a
     * full one of theirs loses what comes later; that this one is full ends the check.
     */
    private static final class Few extends ExecutionContext {
        private final List<Error> told = new ArrayList<>();
        private int made;

        Few(Schema schema) {
            super(schema.createExecutionContext().getExecutionConfig());
            super.setErrors(told);
        }

        @Override
        public void addError(Error error) {
            if (++made >= MOST_MADE) {
                throw new EnoughException();
            }
            if (getErrors().size() < MOST) {
                super.addError(error);
            }
            checkTold();
        }

        @Override
        public void setErrors(List<Error> errors) {
            super.setErrors(errors);
            checkTold();
            if (errors.size() > MOST_KEPT) {
                throw new EnoughException();
            }
        }

        private void checkTold() {
            if (told.size() >= MOST) {
                throw new EnoughException();
            }
        }
    }
}
