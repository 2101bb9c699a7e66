package dev.sallyport.attestation.index;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which entries are asked for. Every part narrows the answer.
 *
 * @param equal the exact values that fields must have
 * @param from issued at or after; null without such a bound
 * @param to issued before; null without such a bound
 * @param after only entries with a larger index; -1 for all
 */
public record StatementQuery(
        Map<Field, String> equal,
        @Nullable Instant from,
        @Nullable Instant to,
        long after) {
    /** Copies the map. */
    public StatementQuery {
        equal = Map.copyOf(equal);
    }

    /**
     * The question for one of its values alone, in the whole log.
     *
     * @throws IllegalArgumentException where this question does not ask for the field
     */
    public StatementQuery only(Field field) {
        String value = equal.get(field);
        if (value == null) {
            throw new IllegalArgumentException("this question does not ask for " + field);
        }
        return new StatementQuery(Map.of(field, value), null, null, -1);
    }

    /** A field that can be asked for. */
    public enum Field {
        /** The call. */
        PROPOSAL_ID("proposal_id", "proposal_id"),
        /** Who called. */
        PRINCIPAL("principal", "principal"),
        /** The tool that was called. */
        TOOL("tool", "tool"),
        /** The session of the call. */
        SESSION_ID("session_id", "session"),
        /** The run of the call. */
        RUN_ID("run_id", "run"),
        /** The policy's decision or a person's answer. */
        DECISION("decision", "decision"),
        /** The outcome of a call. */
        OUTCOME("outcome", "outcome"),
        /** The typed code of a decision, an answer or an outcome. */
        CODE("code", "code"),
        /** A rule that the statement names; it may name several. */
        RULE("rule", null),
        /** A person whose answer the statement holds; it may hold several. */
        APPROVER("approver", null),
        /** The type of the statement, short name. */
        TYPE("type", "type"),
        /** The event of an audit statement. */
        EVENT("event", "event");

        private final String parameter;
        private final @Nullable String column;

        Field(String parameter, @Nullable String column) {
            this.parameter = parameter;
            this.column = column;
        }

        /** The name in requests. Answers have the same name, those with several values its plural. */
        public String parameter() {
            return parameter;
        }

        /** The column of {@code statement_index}; null where a statement may have several values. */
        @Nullable
        String column() {
            return column;
        }
    }
}
