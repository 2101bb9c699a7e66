package dev.sallyport.policy.proposal.decision;

import dev.sallyport.statements.json.CanonicalJson;
import dev.sallyport.statements.json.JsonRefusedException;
import dev.sallyport.statements.json.JsonRules;
import dev.sallyport.statements.record.Detail;
import tools.jackson.databind.node.ObjectNode;

/**
 * The arguments of a call. What is looked at is parsed from the canonical bytes, which are the ones that run.
 *
 * @param detail the canonical bytes as they are stored, sent and hashed
 * @param values what they say
 */
public record CallArguments(Detail detail, ObjectNode values) {
    /**
     * Writes arguments down in canonical form, as a new detail.
     *
     * @throws JsonRefusedException when the canonical form breaks a rule for arguments
     */
    public static CallArguments of(ObjectNode given) throws JsonRefusedException {
        byte[] canonical = CanonicalJson.write(given);
        return new CallArguments(
                Detail.of(canonical), CanonicalJson.readCanonicalObject(canonical, JsonRules.ARGUMENTS));
    }

    /** Reads arguments that this service has stored. */
    public static CallArguments stored(Detail detail) {
        try {
            return new CallArguments(detail, CanonicalJson.readObject(detail.content(), JsonRules.ARGUMENTS));
        } catch (JsonRefusedException e) {
            throw new IllegalStateException("stored arguments cannot be read", e);
        }
    }

    /** The length of the canonical form, bytes. */
    public int size() {
        return detail.length() - Detail.SALT_BYTES;
    }
}
