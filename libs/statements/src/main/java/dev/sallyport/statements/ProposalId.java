package dev.sallyport.statements;

import java.util.Optional;

/**
 * The identity of a proposal, and so of a call.
 *
 * @param ulid 26 characters, made by policy-service
 */
public record ProposalId(String ulid) {
    private static final String PREFIX = "proposal:";

    /** Refuses an empty id with {@link IllegalArgumentException}. */
    public ProposalId {
        if (ulid.isEmpty()) {
            throw new IllegalArgumentException("a proposal's id is not empty");
        }
    }

    /** The proposal that a statement is about; empty for a subject of another kind. */
    public static Optional<ProposalId> ofSubject(Subject subject) {
        return ofSubject(subject.name());
    }

    /** The proposal of this subject's name; empty for a subject of another kind. */
    public static Optional<ProposalId> ofSubject(String name) {
        return name.startsWith(PREFIX) && name.length() > PREFIX.length()
                ? Optional.of(new ProposalId(name.substring(PREFIX.length())))
                : Optional.empty();
    }

    /** The name of the subject of every statement about it. */
    public String subject() {
        return PREFIX + ulid;
    }

    @Override
    public String toString() {
        return ulid;
    }
}
