package dev.sallyport.attestation.cases;

import dev.sallyport.attestation.log.LogReader;
import dev.sallyport.attestation.log.LoggedStatement;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.StatementJson;
import dev.sallyport.statements.bundle.EvidenceForm;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.Link;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.trust.TrustRoots;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes the evidence bundle of a case: everything that is needed to check a call offline. The layout is a contract;
 * see docs/contracts.md, section "Evidence bundle".
 */
public final class EvidenceBundle {
    /** Leaves room for the archive's own headers. */
    private static final int MOST_CONTENT = EvidenceForm.MOST_BYTES / 2;

    /** These tell what happened to a call; whatever else was stated about it can be left out of a large bundle. */
    private static final Set<AuditEvent> OF_THE_STORY =
            EnumSet.of(AuditEvent.EXECUTION_STARTED, AuditEvent.LATE_RESULT, AuditEvent.CALL_ENDED);

    private final CaseFile file;
    private final LogReader log;
    private final TrustRoots trust;
    private final Instant exportedAt;
    private final long mostContent;

    /** A bundle of that case. */
    public EvidenceBundle(CaseFile file, LogReader log, TrustRoots trust, Instant exportedAt) {
        this(file, log, trust, exportedAt, MOST_CONTENT);
    }

    /**
     * The same with another bound.
     *
     * @param mostContent bytes of statements, proofs, chains and details together
     */
    public EvidenceBundle(CaseFile file, LogReader log, TrustRoots trust, Instant exportedAt, long mostContent) {
        this.file = file;
        this.log = log;
        this.trust = trust;
        this.exportedAt = EvidenceForm.exportTime(exportedAt);
        this.mostContent = mostContent;
    }

    /**
     * Writes the zip. Files are stored uncompressed with their sizes in front, so that simple readers can read them.
     */
    public void write(OutputStream out) throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(out, StandardCharsets.US_ASCII)) {
            zip.setMethod(ZipOutputStream.STORED);
            Selection selected = select();
            put(zip, "bundle.json", StatementJson.canonical(contents(selected)));
            put(zip, "checkpoint", file.checkpoint().note());
            put(zip, "trust.json", trust.toJson());
            for (Proven proven : selected.statements()) {
                String name = "statements/" + proven.entry().index();
                put(zip, name + ".dsse.json", proven.entry().envelope());
                put(zip, name + ".tlog-proof", proven.proof());
                put(zip, name + ".pem", proven.chain());
            }
            for (Detail detail : selected.details()) {
                put(zip, "details/" + detail.digest().hex(), detail.bytes());
            }
            put(zip, "README.md", EvidenceForm.readme());
        }
    }

    /** A leaf with what proves it. */
    @SuppressWarnings("ArrayRecordComponent") // written once, never compared
    private record Proven(LoggedStatement entry, byte[] proof, byte[] chain) {
        long size() {
            return (long) entry.envelope().length + proof.length + chain.length;
        }
    }

    /** What the bundle holds, in its order, and how much it leaves out. */
    private record Selection(
            List<Proven> statements,
            List<Detail> details,
            @Nullable LeftOut leftOut) {}

    /**
     * Everything, unless it is too much: first what the story and its proofs need, then the rest in the order of the log
     * as far as it fits, then details, the small ones first.
     */
    private Selection select() {
        Set<Digest> linked = new HashSet<>();
        file.entries().forEach(entry -> linked.addAll(links(entry)));
        List<LoggedStatement> needed = new ArrayList<>(file.supporting());
        List<LoggedStatement> others = new ArrayList<>();
        for (LoggedStatement entry : file.entries()) {
            (linked.contains(entry.digest()) || isOfTheStory(entry) ? needed : others).add(entry);
        }
        List<Proven> statements = new ArrayList<>();
        long room = mostContent;
        for (LoggedStatement entry : needed) {
            Proven proven = proven(entry);
            statements.add(proven);
            room -= proven.size();
        }
        int leftStatements = 0;
        for (LoggedStatement entry : others) {
            Proven proven = proven(entry);
            if (leftStatements > 0 || proven.size() > room) {
                leftStatements++;
            } else {
                statements.add(proven);
                room -= proven.size();
            }
        }
        List<Detail> details = new ArrayList<>();
        int leftDetails = 0;
        for (Detail detail : file.details().values().stream()
                .sorted(Comparator.comparingInt(Detail::length))
                .toList()) {
            if (detail.length() > room) {
                leftDetails++;
            } else {
                details.add(detail);
                room -= detail.length();
            }
        }
        statements.sort(Comparator.comparingLong(proven -> proven.entry().index()));
        details.sort(Comparator.comparing(detail -> detail.digest().hex()));
        boolean whole = leftStatements == 0 && leftDetails == 0;
        return new Selection(statements, details, whole ? null : new LeftOut(leftStatements, leftDetails));
    }

    private Proven proven(LoggedStatement entry) {
        return new Proven(
                entry,
                log.proof(entry.index(), file.checkpoint()).encode(),
                entry.chainPem().getBytes(StandardCharsets.US_ASCII));
    }

    private static boolean isOfTheStory(LoggedStatement entry) {
        return !(read(entry).predicate() instanceof Audit audit) || OF_THE_STORY.contains(audit.event());
    }

    private static List<Digest> links(LoggedStatement entry) {
        return read(entry).predicate().links().stream().map(Link::digest).toList();
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
            List<Digest> details,
            @Nullable LeftOut leftOut) {}

    private record LeftOut(int statements, int details) {}

    private record Listed(long index, Digest digest, String predicateType, boolean call) {}

    private Contents contents(Selection selected) {
        List<Listed> listed = new ArrayList<>();
        for (Proven proven : selected.statements()) {
            LoggedStatement entry = proven.entry();
            listed.add(new Listed(
                    entry.index(),
                    entry.digest(),
                    read(entry).type().uri(),
                    file.entries().contains(entry)));
        }
        return new Contents(
                1,
                "sallyport-evidence",
                trust.fleetId(),
                file.call().workspaceId(),
                file.call().id().ulid(),
                file.checkpoint().size(),
                exportedAt,
                listed,
                selected.details().stream().map(Detail::digest).toList(),
                selected.leftOut());
    }

    private static Statement read(LoggedStatement entry) {
        try {
            return entry.statement();
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
}
