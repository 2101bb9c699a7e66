package dev.sallyport.cli.verify.bundle;

import dev.sallyport.cli.output.Json;
import dev.sallyport.statements.Digest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * The content of an evidence bundle, complete and without anything unlisted; nothing in it is believed yet.
 *
 * @param fleetId the fleet it says it is from
 * @param workspaceId the workspace
 * @param proposalId the call
 * @param treeSize size of the log at the export
 * @param checkpoint the signed note
 * @param trust the bundled {@code trust.json}
 * @param statements ordered by index
 * @param details by the digest that they are filed under
 */
@SuppressWarnings("ArrayRecordComponent") // bytes as they lie in the archive; bundles are never compared
public record Bundle(
        String fleetId,
        String workspaceId,
        String proposalId,
        long treeSize,
        byte[] checkpoint,
        byte[] trust,
        List<Leaf> statements,
        Map<Digest, byte[]> details) {
    private static final Pattern ULID = Pattern.compile("[0-7][0-9A-HJKMNP-TV-Z]{25}");
    private static final long LARGEST_INDEX = (1L << 53) - 1;

    public Bundle {
        statements = List.copyOf(statements);
        details = Map.copyOf(details);
    }

    /**
     * One statement as filed.
     *
     * @param index place in the log
     * @param digest digest of the payload as listed
     * @param predicateType predicate type as listed
     * @param call whether it is listed as about the call itself
     * @param envelope the leaf's bytes
     * @param proof the {@code .tlog-proof}
     * @param certificates the signer's chain in PEM
     */
    @SuppressWarnings("ArrayRecordComponent") // as above
    public record Leaf(
            long index,
            Digest digest,
            String predicateType,
            boolean call,
            byte[] envelope,
            byte[] proof,
            byte[] certificates) {}

    /** Reads the archive; {@link EvidenceRefusedException} says why it is no bundle. */
    public static Bundle read(byte[] archive) throws EvidenceRefusedException {
        return of(EvidenceZip.read(archive));
    }

    private static Bundle of(Map<String, byte[]> archive) throws EvidenceRefusedException {
        Map<String, byte[]> files = new LinkedHashMap<>(archive);
        JsonNode manifest = manifest(take(files, "bundle.json"));
        List<Leaf> statements = new ArrayList<>();
        long previous = -1;
        for (JsonNode listed : array(manifest, "statements")) {
            Leaf leaf = leaf(listed, files);
            if (leaf.index() <= previous) {
                throw new EvidenceRefusedException("bundle.json does not list statements by index");
            }
            previous = leaf.index();
            statements.add(leaf);
        }
        Map<Digest, byte[]> details = new LinkedHashMap<>();
        for (JsonNode listed : array(manifest, "details")) {
            Digest digest = digest(listed);
            details.put(digest, take(files, "details/" + digest));
        }
        byte[] checkpoint = take(files, "checkpoint");
        byte[] trust = take(files, "trust.json");
        take(files, "README.md");
        if (!files.isEmpty()) {
            throw new EvidenceRefusedException(
                    "bundle.json does not list " + files.keySet().iterator().next());
        }
        return new Bundle(
                text(manifest, "fleet_id"),
                ulid(manifest, "workspace_id"),
                ulid(manifest, "proposal_id"),
                number(manifest, "tree_size"),
                checkpoint,
                trust,
                statements,
                details);
    }

    private static JsonNode manifest(byte[] bytes) throws EvidenceRefusedException {
        try {
            JsonNode manifest = Json.read(bytes);
            Set<String> fields = new HashSet<>(manifest.propertyNames());
            Set<String> known = Set.of(
                    "v",
                    "kind",
                    "fleet_id",
                    "workspace_id",
                    "proposal_id",
                    "tree_size",
                    "exported_at",
                    "statements",
                    "details");
            if (!manifest.path("v").isInt()
                    || manifest.path("v").intValue() != 1
                    || !text(manifest, "kind").equals("sallyport-evidence")
                    || !known.containsAll(fields)) {
                throw new EvidenceRefusedException("bundle.json is not that of an evidence bundle of version 1");
            }
            return manifest;
        } catch (JacksonException e) {
            throw new EvidenceRefusedException("bundle.json is not JSON");
        }
    }

    private static Leaf leaf(JsonNode listed, Map<String, byte[]> files) throws EvidenceRefusedException {
        long index = number(listed, "index");
        if (!listed.path("call").isBoolean()) {
            throw new EvidenceRefusedException("bundle.json does not say whether a statement is the call's");
        }
        String path = "statements/" + index;
        return new Leaf(
                index,
                digest(listed.path("digest")),
                text(listed, "predicate_type"),
                listed.path("call").booleanValue(),
                take(files, path + ".dsse.json"),
                take(files, path + ".tlog-proof"),
                take(files, path + ".pem"));
    }

    private static byte[] take(Map<String, byte[]> files, String name) throws EvidenceRefusedException {
        byte[] content = files.remove(name);
        if (content == null) {
            throw new EvidenceRefusedException("the bundle has no " + name);
        }
        return content;
    }

    private static JsonNode array(JsonNode node, String field) throws EvidenceRefusedException {
        if (!node.path(field).isArray()) {
            throw new EvidenceRefusedException("bundle.json has no list of " + field);
        }
        return node.path(field);
    }

    private static String text(JsonNode node, String field) throws EvidenceRefusedException {
        if (!node.path(field).isString()) {
            throw new EvidenceRefusedException("bundle.json has no text " + field);
        }
        return node.path(field).stringValue();
    }

    private static String ulid(JsonNode node, String field) throws EvidenceRefusedException {
        String text = text(node, field);
        if (!ULID.matcher(text).matches()) {
            throw new EvidenceRefusedException("bundle.json: " + field + " is not a ULID");
        }
        return text;
    }

    private static long number(JsonNode node, String field) throws EvidenceRefusedException {
        JsonNode number = node.path(field);
        if (!number.isIntegralNumber()
                || !number.canConvertToLong()
                || number.longValue() < 0
                || number.longValue() > LARGEST_INDEX) {
            throw new EvidenceRefusedException("bundle.json has no number " + field);
        }
        return number.longValue();
    }

    private static Digest digest(JsonNode node) throws EvidenceRefusedException {
        try {
            return new Digest(node.isString() ? node.stringValue() : "");
        } catch (IllegalArgumentException e) {
            throw new EvidenceRefusedException("bundle.json holds something that is no digest");
        }
    }
}
