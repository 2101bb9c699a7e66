package dev.sallyport.policy.proposal.admission;

import java.util.List;

/** A proposal that cannot be read or does not fit; nothing of it is stored. */
public final class InvalidProposalException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String code;
    private final transient List<Field> fields;

    /**
     * A field that is wrong.
     *
     * @param field dotted path into the request
     * @param detail what is wrong with it
     */
    public record Field(String field, String detail) {}

    InvalidProposalException(String code, String message, List<Field> fields) {
        super(message);
        this.code = code;
        this.fields = List.copyOf(fields);
    }

    /** One field is wrong: the sentence says what to change. */
    InvalidProposalException(String code, String field, String sentence) {
        this(code, sentence, List.of(new Field(field, sentence)));
    }

    /** Typed code. */
    public String code() {
        return code;
    }

    /** The fields concerned. */
    public List<Field> fields() {
        return fields;
    }
}
