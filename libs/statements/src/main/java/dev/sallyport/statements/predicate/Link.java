package dev.sallyport.statements.predicate;

import dev.sallyport.statements.Digest;

/**
 * A reference from one statement to another.
 *
 * @param type the other's short type name, for example {@code execution-permit/v1}
 * @param digest the other's identity
 */
public record Link(String type, Digest digest) {
    /** A link to a statement of this type. */
    public static Link to(StatementType type, Digest digest) {
        return new Link(type.shortName(), digest);
    }

    /** Whether this links to a statement of that type. */
    public boolean isTo(StatementType other) {
        return type.equals(other.shortName());
    }
}
