package dev.sallyport.cli.verify.bundle;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.StatementJson;
import dev.sallyport.statements.bundle.EvidenceForm;
import dev.sallyport.statements.json.CanonicalJson;
import dev.sallyport.statements.json.JsonRefusedException;
import dev.sallyport.statements.json.JsonRules;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

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
 * @param leftOut how many statements and details it says that it leaves out
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
        Map<Digest, byte[]> details,
        LeftOut leftOut) {
    private static final Set<String> FIELDS = Set.of(
            "v",
            "kind",
            "fleet_id",
            "workspace_id",
            "proposal_id",
            "tree_size",
            "exported_at",
            "statements",
            "details",
            "left_out");
    private static final Set<String> LISTED_FIELDS = Set.of("index", "digest", "predicate_type", "call");
    private static final Set<String> LEFT_OUT_FIELDS = Set.of("statements", "details");
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

    /**
     * What the exporter left out, since the bundle would be too large with it.
     *
     * @param statements about the call that no other statement and no part of its story needs
     * @param details that its statements name
     */
    public record LeftOut(long statements, long details) {}

    /** Reads the archive; {@link EvidenceRefusedException} says why it is no bundle. */
    public static Bundle read(byte[] archive) throws EvidenceRefusedException {
        return of(EvidenceZip.read(archive));
    }

    private static Bundle of(EvidenceZip.Content archive) throws EvidenceRefusedException {
        Map<String, byte[]> files = new LinkedHashMap<>(archive.files());
        ObjectNode manifest = manifest(take(files, "bundle.json"));
        List<String> names = new ArrayList<>(List.of("bundle.json", "checkpoint", "trust.json"));
        List<Leaf> statements = new ArrayList<>();
        long previous = -1;
        for (JsonNode listed : array(manifest, "statements")) {
            Leaf leaf = leaf(listed, files, names);
            if (leaf.index() <= previous) {
                throw new EvidenceRefusedException("bundle.json does not list statements by index");
            }
            previous = leaf.index();
            statements.add(leaf);
        }
        Map<Digest, byte[]> details = new LinkedHashMap<>();
        String last = "";
        for (JsonNode listed : array(manifest, "details")) {
            Digest digest = digest(listed);
            if (digest.hex().compareTo(last) <= 0) {
                throw new EvidenceRefusedException("bundle.json does not list details by digest");
            }
            last = digest.hex();
            names.add("details/" + digest);
            details.put(digest, take(files, "details/" + digest));
        }
        byte[] checkpoint = take(files, "checkpoint");
        byte[] trust = take(files, "trust.json");
        names.add("README.md");
        verifyReadme(take(files, "README.md"));
        if (!files.isEmpty()) {
            throw new EvidenceRefusedException(
                    "bundle.json does not list " + files.keySet().iterator().next());
        }
        if (!List.copyOf(archive.files().keySet()).equals(names)) {
            throw new EvidenceRefusedException("the archive's files are not in a bundle's order");
        }
        verifyTime(manifest, archive.time());
        return new Bundle(
                text(manifest, "fleet_id"),
                ulid(manifest, "workspace_id"),
                ulid(manifest, "proposal_id"),
                number(manifest, "tree_size"),
                checkpoint,
                trust,
                statements,
                details,
                leftOut(manifest));
    }

    private static void verifyReadme(byte[] readme) throws EvidenceRefusedException {
        if (!Arrays.equals(readme, EvidenceForm.readme())) {
            throw new EvidenceRefusedException(
                    "README.md is not the text that comes with every bundle: somebody wrote it");
        }
    }

    private static void verifyTime(JsonNode manifest, int time) throws EvidenceRefusedException {
        try {
            Instant exported = Instant.parse(text(manifest, "exported_at"));
            if (!StatementJson.format(exported).equals(text(manifest, "exported_at"))
                    || !EvidenceForm.exportTime(exported).equals(exported)
                    || EvidenceZip.timeOf(exported) != time) {
                throw new EvidenceRefusedException("the archive's times are not the one of exported_at in bundle.json");
            }
        } catch (DateTimeException e) {
            throw new EvidenceRefusedException("bundle.json does not say when it was exported");
        }
    }

    private static ObjectNode manifest(byte[] bytes) throws EvidenceRefusedException {
        try {
            ObjectNode manifest = CanonicalJson.readCanonicalObject(bytes, JsonRules.STATEMENT);
            if (!manifest.path("v").isIntegralNumber()
                    || manifest.path("v").longValue() != 1
                    || !text(manifest, "kind").equals("sallyport-evidence")
                    || !onlyHas(manifest, FIELDS)) {
                throw new EvidenceRefusedException("bundle.json is not that of an evidence bundle of version 1");
            }
            return manifest;
        } catch (JsonRefusedException e) {
            throw new EvidenceRefusedException("bundle.json is not canonical JSON: " + e.getMessage());
        }
    }

    private static boolean onlyHas(JsonNode node, Set<String> fields) {
        return fields.containsAll(node.propertyNames());
    }

    private static LeftOut leftOut(JsonNode manifest) throws EvidenceRefusedException {
        if (!manifest.has("left_out")) {
            return new LeftOut(0, 0);
        }
        JsonNode leftOut = manifest.path("left_out");
        LeftOut counts = new LeftOut(number(leftOut, "statements"), number(leftOut, "details"));
        if (!onlyHas(leftOut, LEFT_OUT_FIELDS) || counts.statements() + counts.details() == 0) {
            throw new EvidenceRefusedException("bundle.json says in an unknown form what it leaves out");
        }
        return counts;
    }

    private static Leaf leaf(JsonNode listed, Map<String, byte[]> files, List<String> names)
            throws EvidenceRefusedException {
        long index = number(listed, "index");
        if (!onlyHas(listed, LISTED_FIELDS)) {
            throw new EvidenceRefusedException("bundle.json says of a statement what no bundle says");
        }
        if (!listed.path("call").isBoolean()) {
            throw new EvidenceRefusedException("bundle.json does not say whether a statement is the call's");
        }
        String path = "statements/" + index;
        names.addAll(List.of(path + ".dsse.json", path + ".tlog-proof", path + ".pem"));
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
