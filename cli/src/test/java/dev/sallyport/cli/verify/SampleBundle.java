package dev.sallyport.cli.verify;

import dev.sallyport.cli.harness.Archive;
import dev.sallyport.cli.harness.SampleFleet;
import dev.sallyport.identity.Pem;
import dev.sallyport.statements.Subject;
import dev.sallyport.statements.bundle.EvidenceForm;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.json.CanonicalJson;
import dev.sallyport.statements.json.JsonRefusedException;
import dev.sallyport.statements.json.JsonRules;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.Issuance;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.record.SignedStatement;
import dev.sallyport.statements.sample.SampleCall;
import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.tlog.Checkpoint;
import dev.sallyport.tlog.LogPath;
import dev.sallyport.tlog.NoteSigner;
import dev.sallyport.tlog.Rfc6962;
import dev.sallyport.tlog.RightEdge;
import dev.sallyport.tlog.Tile;
import dev.sallyport.tlog.TiledTree;
import dev.sallyport.tlog.TlogProof;
import dev.sallyport.tlog.TreeHash;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A log with one call among other leaves, exported as a bundle; the files can be altered before they are zipped. */
public final class SampleBundle {
    private static final List<String> SIGNERS = List.of(
            "attestation-service", "policy-service", "approval-service", "executor-service", "node-default-node-1");
    private final SampleFleet fleet;
    private final SampleCall call;
    private final List<String> signers = new ArrayList<>(SIGNERS);
    private final List<String> order = new ArrayList<>();
    private final List<Detail> details = new ArrayList<>();
    private NoteSigner log;

    /** A log of the fleet with this call. */
    public SampleBundle(SampleFleet fleet, SampleCall call) {
        this.fleet = fleet;
        this.call = call;
        this.log = fleet.log();
        details.addAll(call.details());
    }

    /** Discloses one more detail. */
    SampleBundle disclosing(Detail detail) {
        details.add(detail);
        return this;
    }

    /** Signs the checkpoint otherwise. */
    SampleBundle log(NoteSigner other) {
        log = other;
        return this;
    }

    /** Has one more identity sign some of the statements. */
    SampleBundle alsoSignedBy(String identity) {
        signers.add(identity);
        return this;
    }

    /** Index in the log of a named statement, after {@link #files}. */
    public int index(String name) {
        return order.indexOf(name);
    }

    /** The files of a bundle of the call. */
    public Map<String, byte[]> files() {
        return files(call.statements());
    }

    /** The files of a bundle with exactly these statements of the call, all of them in the log. */
    Map<String, byte[]> files(Map<String, SignedStatement> statements) {
        List<SignedStatement> leaves = new ArrayList<>();
        order.clear();
        for (String signer : signers) {
            order.add("key-bound " + signer);
            leaves.add(keyBound(signer));
        }
        statements.forEach((name, statement) -> {
            order.add(name);
            leaves.add(statement);
        });
        int ofTheCall = leaves.size();
        leaves.addAll(call.givers());
        Tree tree = new Tree(leaves, log);
        Map<String, byte[]> files = new LinkedHashMap<>();
        ObjectNode manifest = JsonNodeFactory.instance.objectNode();
        manifest.put("v", 1)
                .put("kind", "sallyport-evidence")
                .put("fleet_id", fleet.trust().fleetId())
                .put("workspace_id", SampleCall.WORKSPACE)
                .put("proposal_id", SampleFleet.CALL)
                .put("tree_size", leaves.size())
                .put("exported_at", "2026-11-21T10:00:00.000Z");
        ArrayNode listed = manifest.putArray("statements");
        files.put("bundle.json", new byte[0]);
        files.put("checkpoint", tree.checkpoint);
        files.put("trust.json", fleet.trust().toJson());
        for (int i = 0; i < leaves.size(); i++) {
            SignedStatement statement = leaves.get(i);
            listed.addObject()
                    .put("index", i)
                    .put("digest", statement.digest().hex())
                    .put("predicate_type", predicateType(statement))
                    .put("call", i >= signers.size() && i < ofTheCall);
            files.put("statements/" + i + ".dsse.json", statement.envelope().encode());
            files.put("statements/" + i + ".tlog-proof", tree.proof(i));
            files.put("statements/" + i + ".pem", pem(statement));
        }
        ArrayNode disclosed = manifest.putArray("details");
        details.stream()
                .sorted(Comparator.comparing(detail -> detail.digest().hex()))
                .forEach(detail -> {
                    disclosed.add(detail.digest().hex());
                    files.put("details/" + detail.digest(), detail.bytes());
                });
        files.put("README.md", EvidenceForm.readme());
        files.put("bundle.json", CanonicalJson.write(manifest));
        return files;
    }

    /** The bundle. */
    public byte[] zip() {
        return Archive.zip(files());
    }

    private SignedStatement keyBound(String signer) {
        Subject subject = Subject.named("certificate:" + fleet.signingSerial(signer));
        Issuance issued =
                new Issuance(fleet.trust().fleetId(), null, fleet.id("attestation-service"), call.terms().now, null);
        Audit audit = Audit.of(issued, AuditEvent.KEY_BOUND, null, List.of(), Map.of());
        return fleet.sign("attestation-service", Statement.of(subject, audit).payload());
    }

    private static String predicateType(SignedStatement statement) {
        try {
            return CanonicalJson.readObject(statement.envelope().payload(), JsonRules.STATEMENT)
                    .path("predicateType")
                    .asString();
        } catch (JsonRefusedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] pem(SignedStatement statement) {
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            List<X509Certificate> chain = new ArrayList<>();
            for (String certificate : statement.certificates()) {
                chain.add((X509Certificate) factory.generateCertificate(
                        new ByteArrayInputStream(Base64.getDecoder().decode(certificate))));
            }
            return Pem.ofCertificates(chain);
        } catch (CertificateException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The log's tree, from its parts. */
    private static final class Tree {
        private final byte[] checkpoint;
        private final TiledTree tiled;

        Tree(List<SignedStatement> leaves, NoteSigner log) {
            List<TreeHash> hashes = leaves.stream()
                    .map(leaf -> Rfc6962.leaf(leaf.envelope().encode()))
                    .toList();
            RightEdge.Growth growth = RightEdge.empty().append(hashes);
            Map<LogPath.TileId, Tile> tiles = new HashMap<>();
            growth.tiles().forEach(tile -> tiles.put(tile.id(), tile));
            tiled = new TiledTree(leaves.size(), id -> {
                Tile tile = tiles.get(id);
                if (tile == null) {
                    throw new IllegalStateException("no " + id);
                }
                return tile.hashes();
            });
            checkpoint = new Checkpoint(
                            log.verifier().name(), leaves.size(), growth.edge().root())
                    .sign(log);
        }

        byte[] proof(long index) {
            return new TlogProof(index, tiled.inclusion(index), checkpoint).encode();
        }
    }
}
