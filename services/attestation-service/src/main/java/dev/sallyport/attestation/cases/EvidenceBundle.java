package dev.sallyport.attestation.cases;

import dev.sallyport.attestation.log.LogReader;
import dev.sallyport.attestation.log.LoggedStatement;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.StatementJson;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.trust.TrustRoots;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes the evidence bundle of a case: everything that is needed to check a call offline. The layout is a contract;
 * see docs/contracts.md, section "Evidence bundle".
 */
public final class EvidenceBundle {
    private static final String README = "bundle-readme.md";

    private final CaseFile file;
    private final LogReader log;
    private final TrustRoots trust;
    private final Instant exportedAt;

    /** A bundle of that case. */
    public EvidenceBundle(CaseFile file, LogReader log, TrustRoots trust, Instant exportedAt) {
        this.file = file;
        this.log = log;
        this.trust = trust;
        this.exportedAt = exportedAt;
    }

    /**
     * Writes the zip. Files are stored uncompressed with their sizes in front, so that simple readers can read them.
     */
    public void write(OutputStream out) throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(out, StandardCharsets.US_ASCII)) {
            zip.setMethod(ZipOutputStream.STORED);
            List<LoggedStatement> all = new ArrayList<>(file.entries());
            all.addAll(file.supporting());
            all.sort(Comparator.comparingLong(LoggedStatement::index));
            put(zip, "bundle.json", StatementJson.canonical(contents(all)));
            put(zip, "checkpoint", file.checkpoint().note());
            put(zip, "trust.json", trust.toJson());
            for (LoggedStatement entry : all) {
                String name = "statements/" + entry.index();
                put(zip, name + ".dsse.json", entry.envelope());
                put(
                        zip,
                        name + ".tlog-proof",
                        log.proof(entry.index(), file.checkpoint()).encode());
                put(zip, name + ".pem", entry.chainPem().getBytes(StandardCharsets.US_ASCII));
            }
            for (Map.Entry<Digest, Detail> detail : file.details().entrySet()) {
                put(zip, "details/" + detail.getKey().hex(), detail.getValue().bytes());
            }
            put(zip, "README.md", readme());
        }
    }

    private record Contents(
            int v,
            String kind,
            String fleetId,
            String workspaceId,
            String proposalId,
            long treeSize,
            Instant exportedAt,
            List<Listed> statements,
            List<Digest> details) {}

    private record Listed(long index, Digest digest, String predicateType, boolean call) {}

    private Contents contents(List<LoggedStatement> all) {
        List<Listed> listed = new ArrayList<>();
        for (LoggedStatement entry : all) {
            listed.add(new Listed(
                    entry.index(), entry.digest(), typeOf(entry), file.entries().contains(entry)));
        }
        return new Contents(
                1,
                "sallyport-evidence",
                trust.fleetId(),
                file.call().workspaceId(),
                file.call().id().ulid(),
                file.checkpoint().size(),
                StatementJson.toMillis(exportedAt),
                listed,
                List.copyOf(file.details().keySet()));
    }

    private static String typeOf(LoggedStatement entry) {
        try {
            return entry.statement().type().uri();
        } catch (StatementRefusedException e) {
            throw new IllegalStateException("entry " + entry.index() + " of the case is not read by this version", e);
        }
    }

    private void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        CRC32 crc = new CRC32();
        crc.update(content);
        entry.setCrc(crc.getValue());
        entry.setSize(content.length);
        entry.setCompressedSize(content.length);
        entry.setTimeLocal(exportedAt.atOffset(ZoneOffset.UTC).toLocalDateTime());
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }

    private static byte[] readme() throws IOException {
        try (var in = Objects.requireNonNull(EvidenceBundle.class.getResourceAsStream(README))) {
            return in.readAllBytes();
        }
    }
}
