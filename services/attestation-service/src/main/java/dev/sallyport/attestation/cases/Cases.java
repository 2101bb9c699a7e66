package dev.sallyport.attestation.cases;

import dev.sallyport.attestation.detail.DetailStore;
import dev.sallyport.attestation.index.Call;
import dev.sallyport.attestation.index.IndexedStatement;
import dev.sallyport.attestation.index.StatementIndex;
import dev.sallyport.attestation.log.Batch;
import dev.sallyport.attestation.log.Ledger;
import dev.sallyport.attestation.log.LedgerAudit;
import dev.sallyport.attestation.log.LogReader;
import dev.sallyport.attestation.log.LoggedStatement;
import dev.sallyport.attestation.log.PublishedCheckpoint;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.ProposalId;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.predicate.Link;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.springframework.stereotype.Service;

/** Puts cases together. The log names the reader of a case before the case is handed out. */
@Service
public class Cases {
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final LogReader log;
    private final StatementIndex index;
    private final DetailStore details;
    private final Ledger ledger;
    private final LedgerAudit audit;

    Cases(LogReader log, StatementIndex index, DetailStore details, Ledger ledger, LedgerAudit audit) {
        this.log = log;
        this.index = index;
        this.details = details;
        this.ledger = ledger;
        this.audit = audit;
    }

    /**
     * A reading of a case.
     *
     * @param reader the principal, and the workspace that it acts in; a call of another workspace is not found
     * @param export whether the case leaves as a bundle
     * @param discloses whether details are shown
     * @param patience how long to wait for the case to be complete
     */
    public record Reading(Reader reader, boolean export, boolean discloses, Duration patience) {}

    /**
     * Somebody who reads.
     *
     * @param workspaceId the workspace that the principal acts in
     * @param principal its name
     */
    public record Reader(String workspaceId, String principal) {}

    /**
     * The case of a call, empty where the workspace has no such call in the published log. When patience ends the case
     * is answered as it is, complete or not.
     */
    public Optional<CaseFile> read(ProposalId id, Reading reading) throws InterruptedException {
        Reader reader = reading.reader();
        long deadline = System.nanoTime() + reading.patience().toNanos();
        Optional<CaseFile> found = assemble(id, reader.workspaceId());
        while (!found.map(CaseFile::complete).orElse(false) && System.nanoTime() - deadline < 0) {
            Thread.sleep(PAUSE);
            found = assemble(id, reader.workspaceId());
        }
        if (found.isEmpty()) {
            return found;
        }
        Map<Digest, Detail> disclosed = reading.discloses() ? details.open(id.subject()) : Map.of();
        ledger.append(Batch.of(audit.access(
                reading.export() ? AuditEvent.LEDGER_EXPORTED : AuditEvent.LEDGER_READ,
                "case:" + id.ulid(),
                new LedgerAudit.Actor(reader.workspaceId(), reader.principal()),
                Map.of(
                        "proposal_id", id.ulid(),
                        "tree_size", Long.toString(found.get().checkpoint().size()),
                        "details", Integer.toString(disclosed.size())))));
        return Optional.of(found.get().disclosing(disclosed));
    }

    private Optional<CaseFile> assemble(ProposalId id, String workspaceId) {
        Optional<Call> call = index.call(id, workspaceId);
        Optional<PublishedCheckpoint> checkpoint = log.checkpoint();
        if (call.isEmpty() || checkpoint.isEmpty()) {
            return Optional.empty();
        }
        long size = checkpoint.get().size();
        List<IndexedStatement> statements = index.ofCall(id, size);
        if (statements.isEmpty()) {
            return Optional.empty();
        }
        List<LoggedStatement> entries =
                log.entries(statements.stream().map(IndexedStatement::index).toList(), size);
        Set<Digest> linked =
                entries.stream().flatMap(entry -> links(entry).stream()).collect(Collectors.toSet());
        boolean complete = call.get().endedBelow(size)
                && log.indexes(linked, size).keySet().containsAll(linked);
        return Optional.of(new CaseFile(
                call.get(), checkpoint.get(), statements, entries, supporting(entries, size), complete, Map.of()));
    }

    /** Follows links and certificates until no new entry turns up. */
    private List<LoggedStatement> supporting(List<LoggedStatement> entries, long size) {
        Set<Long> present = entries.stream().map(LoggedStatement::index).collect(Collectors.toSet());
        List<LoggedStatement> found = new ArrayList<>();
        List<LoggedStatement> open = entries;
        while (!open.isEmpty()) {
            Set<Digest> linked =
                    open.stream().flatMap(entry -> links(entry).stream()).collect(Collectors.toSet());
            Set<Long> wanted = new TreeSet<>(log.indexes(linked, size).values());
            open.forEach(entry -> wanted.add(entry.boundAt()));
            wanted.removeAll(present);
            present.addAll(wanted);
            open = log.entries(wanted, size);
            found.addAll(open);
        }
        found.sort(Comparator.comparingLong(LoggedStatement::index));
        return found;
    }

    private static Collection<Digest> links(LoggedStatement entry) {
        try {
            return entry.statement().predicate().links().stream()
                    .map(Link::digest)
                    .toList();
        } catch (StatementRefusedException _) {
            return List.of();
        }
    }
}
