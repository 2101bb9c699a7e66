package dev.sallyport.statements.intoto;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.StatementJson;
import dev.sallyport.statements.Subject;
import dev.sallyport.statements.intoto.StatementRefusedException.Refusal;
import dev.sallyport.statements.json.CanonicalJson;
import dev.sallyport.statements.json.JsonRefusedException;
import dev.sallyport.statements.json.JsonRules;
import dev.sallyport.statements.predicate.Predicate;
import dev.sallyport.statements.predicate.StatementType;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An in-toto Statement v1 (https://github.com/in-toto/attestation) with one subject, in canonical JSON.
 *
 * @param subject what it is about
 * @param type which of the six it is
 * @param predicate what it says; of the type's class
 */
public record Statement(Subject subject, StatementType type, Predicate predicate) {
    /** Largest payload in bytes, checked before signing. */
    public static final int MAX_PAYLOAD_BYTES = 24 * 1024;

    private static final String IN_TOTO = "https://in-toto.io/Statement/v1";

    /** Refuses a predicate of another type. */
    public Statement {
        if (!type.predicate().isInstance(predicate)) {
            throw new IllegalArgumentException("a " + type.shortName() + " statement holds another predicate");
        }
    }

    /** A statement with this predicate. */
    public static Statement of(Subject subject, Predicate predicate) {
        for (StatementType type : StatementType.values()) {
            if (type.predicate().isInstance(predicate)) {
                return new Statement(subject, type, predicate);
            }
        }
        throw new IllegalArgumentException("no statement type holds this predicate");
    }

    /** The canonical bytes; {@link IllegalArgumentException} when larger than {@link #MAX_PAYLOAD_BYTES}. */
    public byte[] payload() {
        ObjectNode root = StatementJson.STRICT.createObjectNode();
        root.put("_type", IN_TOTO);
        ObjectNode about = root.putArray("subject").addObject();
        about.put("name", subject.name());
        about.putObject("digest").put("sha256", subject.digest().hex());
        root.put("predicateType", type.uri());
        root.set("predicate", StatementJson.STRICT.valueToTree(predicate));
        byte[] bytes = CanonicalJson.write(root);
        if (bytes.length > MAX_PAYLOAD_BYTES) {
            throw new IllegalArgumentException(
                    "a statement has at most " + MAX_PAYLOAD_BYTES + " bytes, this one has " + bytes.length);
        }
        return bytes;
    }

    /** Reads a payload strictly; {@link StatementRefusedException} says which check failed. */
    public static Statement parse(byte[] payload) throws StatementRefusedException {
        if (payload.length > MAX_PAYLOAD_BYTES) {
            throw new StatementRefusedException(Refusal.TOO_LARGE, "the payload is too large");
        }
        ObjectNode root;
        try {
            root = CanonicalJson.readCanonicalObject(payload, JsonRules.STATEMENT);
        } catch (JsonRefusedException e) {
            throw new StatementRefusedException(Refusal.MALFORMED, e.pointer() + ": " + e.getMessage());
        }
        if (!IN_TOTO.equals(text(root.get("_type")))
                || root.size() != 4
                || !(root.get("subject") instanceof ArrayNode subjects)
                || subjects.size() != 1
                || !(subjects.get(0) instanceof ObjectNode about)
                || about.size() != 2
                || !(about.get("digest") instanceof ObjectNode digests)
                || digests.size() != 1) {
            throw new StatementRefusedException(Refusal.SCHEMA, "not an in-toto statement v1 with one subject");
        }
        StatementType type = StatementType.ofUri(text(root.get("predicateType")))
                .orElseThrow(() -> new StatementRefusedException(Refusal.WRONG_TYPE, "unknown predicate type"));
        StatementSchemas.check(type, root);
        JsonMapper mapper = type == StatementType.EXECUTION_PERMIT ? StatementJson.STRICT : StatementJson.TOLERANT;
        try {
            Subject subject = new Subject(text(about.get("name")), new Digest(text(digests.get("sha256"))));
            return new Statement(subject, type, mapper.treeToValue(root.get("predicate"), type.predicate()));
        } catch (JacksonException e) {
            throw new StatementRefusedException(
                    Refusal.SCHEMA, "the predicate is not of its form: " + e.getOriginalMessage());
        } catch (IllegalArgumentException | NullPointerException e) {
            throw new StatementRefusedException(Refusal.SCHEMA, "the statement is not of its form");
        }
    }

    private static String text(@Nullable JsonNode node) throws StatementRefusedException {
        if (node == null || !node.isString()) {
            throw new StatementRefusedException(Refusal.SCHEMA, "a member of the statement is missing or no string");
        }
        return node.stringValue();
    }
}
