package dev.sallyport.statements.record;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.dsse.Envelope;
import dev.sallyport.statements.dsse.EnvelopeRefusedException;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.intoto.StatementRefusedException.Refusal;
import dev.sallyport.statements.json.CanonicalJson;
import dev.sallyport.statements.json.JsonRefusedException;
import dev.sallyport.statements.json.JsonRules;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What travels on Kafka: a signed statement, the signed statements that it rests on, and details. One accepted encoding:
 * compact JSON {@code {envelope, certificates, evidence, details}} in that order, base64 standard and padded.
 *
 * <p>Parsing checks form and sizes only; nothing in it is to be believed before
 * {@link dev.sallyport.statements.verify.StatementVerifier} has verified it.
 */
public final class StatementRecord {
    /** Largest record in bytes. */
    public static final int MAX_BYTES = 1024 * 1024;

    /** All inline details of a record together, in bytes, prefixes included. */
    public static final int MAX_DETAIL_BYTES = 256 * 1024;

    /** Most statements in the evidence. */
    public static final int MAX_EVIDENCE = 32;

    private static final int MAX_CERTIFICATES = 4;

    private final SignedStatement signed;
    private final List<SignedStatement> evidence;
    private final Map<Digest, Detail> details;

    /** {@link IllegalArgumentException} when details or evidence exceed their limits. */
    public StatementRecord(SignedStatement signed, List<SignedStatement> evidence, List<Detail> details) {
        this.signed = signed;
        this.evidence = List.copyOf(evidence);
        if (evidence.size() > MAX_EVIDENCE) {
            throw new IllegalArgumentException("a record rests on at most " + MAX_EVIDENCE + " statements");
        }
        Map<Digest, Detail> byDigest = new LinkedHashMap<>();
        int total = 0;
        for (Detail detail : details) {
            if (byDigest.put(detail.digest(), detail) == null) {
                total += detail.length();
            }
        }
        if (total > MAX_DETAIL_BYTES) {
            throw new IllegalArgumentException(
                    "the inline details of a record have at most " + MAX_DETAIL_BYTES + " bytes");
        }
        this.details = java.util.Collections.unmodifiableMap(byDigest);
    }

    /** Reads the one accepted encoding; {@link StatementRefusedException} otherwise. */
    public static StatementRecord parse(byte[] bytes) throws StatementRefusedException {
        if (bytes.length > MAX_BYTES) {
            throw new StatementRefusedException(Refusal.TOO_LARGE, "a record has at most " + MAX_BYTES + " bytes");
        }
        try {
            ObjectNode root = CanonicalJson.readObject(bytes, JsonRules.RECORD);
            List<SignedStatement> evidence = new ArrayList<>();
            for (JsonNode item : array(root, "evidence")) {
                evidence.add(signed(item));
            }
            List<Detail> details = new ArrayList<>();
            if (!(root.get("details") instanceof ObjectNode stated)) {
                throw malformed("details is no object");
            }
            for (Map.Entry<String, JsonNode> entry : stated.properties()) {
                Detail detail = Detail.ofBytes(base64(entry.getValue()));
                if (!detail.digest().hex().equals(entry.getKey())) {
                    throw new StatementRefusedException(Refusal.BAD_DETAIL, "a detail does not have its digest");
                }
                details.add(detail);
            }
            StatementRecord record = new StatementRecord(signed(root), evidence, details);
            if (!Arrays.equals(record.encode(), bytes)) {
                throw malformed("the record is not in the fleet's encoding");
            }
            return record;
        } catch (JsonRefusedException e) {
            throw malformed(e.getMessage());
        } catch (EnvelopeRefusedException e) {
            throw malformed(e.getMessage());
        } catch (IllegalArgumentException e) {
            throw malformed("the record exceeds a limit or holds no base64: " + e.getMessage());
        }
    }

    private static StatementRefusedException malformed(@Nullable String message) {
        return new StatementRefusedException(Refusal.MALFORMED, message == null ? "malformed" : message);
    }

    private static SignedStatement signed(JsonNode node) throws StatementRefusedException, EnvelopeRefusedException {
        if (!(node instanceof ObjectNode object) || !(object.get("envelope") instanceof ObjectNode envelope)) {
            throw malformed("a signed statement has an envelope");
        }
        List<String> certificates = new ArrayList<>();
        for (JsonNode certificate : array(object, "certificates")) {
            base64(certificate);
            certificates.add(certificate.stringValue());
        }
        if (certificates.isEmpty() || certificates.size() > MAX_CERTIFICATES) {
            throw malformed("a signed statement has 1 to " + MAX_CERTIFICATES + " certificates");
        }
        return new SignedStatement(Envelope.fromJson(envelope), certificates);
    }

    private static ArrayNode array(ObjectNode object, String name) throws StatementRefusedException {
        if (object.get(name) instanceof ArrayNode array) {
            return array;
        }
        throw malformed(name + " is no array");
    }

    private static byte[] base64(JsonNode node) throws StatementRefusedException {
        if (!node.isString()) {
            throw malformed("base64 text is expected");
        }
        byte[] bytes = Base64.getDecoder().decode(node.stringValue());
        if (!Base64.getEncoder().encodeToString(bytes).equals(node.stringValue())) {
            throw malformed("base64 that is not in its one canonical form");
        }
        return bytes;
    }

    /**
     * What the payload of an audit statement says of itself. Nothing of it has been verified: good for leaving a record
     * alone, never for acting on it.
     *
     * @param event what happened
     * @param approvalId for the end of a call the question that people were asked about it; null without one
     */
    public record ClaimedAudit(AuditEvent event, @Nullable String approvalId) {}

    /** What the payload of an audit statement says of itself; empty when it names no event that is known. */
    public Optional<ClaimedAudit> claimedAudit() {
        try {
            ObjectNode payload = CanonicalJson.readObject(signed.envelope().payload(), JsonRules.STATEMENT);
            String asked = payload.at("/predicate/ended/approval_id").asString("");
            return AuditEvent.ofWire(payload.at("/predicate/event").asString(""))
                    .map(event -> new ClaimedAudit(event, asked.isEmpty() ? null : asked));
        } catch (JsonRefusedException e) {
            return Optional.empty();
        }
    }

    /** The accepted encoding. */
    public byte[] encode() {
        Base64.Encoder base64 = Base64.getEncoder();
        StringBuilder json = new StringBuilder("{");
        append(json, signed);
        json.append(",\"evidence\":[");
        for (int i = 0; i < evidence.size(); i++) {
            json.append(i == 0 ? "{" : ",{");
            append(json, evidence.get(i));
            json.append('}');
        }
        json.append("],\"details\":{");
        String separator = "";
        for (Map.Entry<Digest, Detail> entry : details.entrySet()) {
            json.append(separator).append('"').append(entry.getKey().hex()).append("\":\"");
            json.append(base64.encodeToString(entry.getValue().bytes())).append('"');
            separator = ",";
        }
        return json.append("}}").toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static void append(StringBuilder json, SignedStatement statement) {
        json.append("\"envelope\":").append(statement.envelope().toJsonText()).append(",\"certificates\":[");
        for (int i = 0; i < statement.certificates().size(); i++) {
            json.append(i == 0 ? "\"" : ",\"")
                    .append(statement.certificates().get(i))
                    .append('"');
        }
        json.append(']');
    }

    /** The statement that this record is about. */
    public SignedStatement signed() {
        return signed;
    }

    /** The statements that it refers to, directly or through another. */
    public List<SignedStatement> evidence() {
        return evidence;
    }

    /** The inline details by digest. */
    public Map<Digest, Detail> details() {
        return details;
    }

    /** The identity of the statement. */
    public Digest digest() {
        return signed.digest();
    }
}
