package dev.sallyport.attestation.cases;

import dev.sallyport.attestation.detail.DetailStore;
import dev.sallyport.attestation.index.Call;
import dev.sallyport.attestation.index.IndexedStatement;
import dev.sallyport.attestation.index.StatementIndex;
import dev.sallyport.attestation.log.Batch;
import dev.sallyport.attestation.log.Ledger;
import dev.sallyport.attestation.log.LogReader;
import dev.sallyport.attestation.log.LoggedStatement;
import dev.sallyport.attestation.log.OwnStatements;
import dev.sallyport.attestation.log.PublishedCheckpoint;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.predicate.AuditEvent;
import dev.sallyport.statements.predicate.Link;
import dev.sallyport.statements.record.Detail;
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

/** Puts cases together, and writes into the log who read them before they are handed out. */
@Service
public class Cases {
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final LogReader log;
    private final StatementIndex index;
    private final DetailStore details;
    private final Ledger ledger;
    private final OwnStatements own;

    Cases(LogReader log, StatementIndex index, DetailStore details, Ledger ledger, OwnStatements own) {
        this.log = log;
        this.index = index;
        this.details = details;
        this.ledger = ledger;
        this.own = own;
    }

    /**
     * Who reads, and what for.
     *
     * @param actor the principal
     * @param workspaceId the workspace it acts in; a call of another one is not there
     * @param export whether the case leaves as a bundle
     * @param discloses whether details are shown
     * @param patience how long to wait for the case to be complete
     */
    public record Reading(String actor, String workspaceId, boolean export, boolean discloses, Duration patience) {}

    /**
     * The case of a call, empty where the workspace has no such call in the published log. It is answered as it is when
     * patience ends, complete or not.
     */
    public Optional<CaseFile> read(String proposalId, Reading reading) throws InterruptedException {
        long deadline = System.nanoTime() + reading.patience().toNanos();
        Optional<CaseFile> found = assemble(proposalId, reading.workspaceId());
        while (!found.map(CaseFile::complete).orElse(false) && System.nanoTime() - deadline < 0) {
            Thread.sleep(PAUSE);
            found = assemble(proposalId, reading.workspaceId());
        }
        if (found.isEmpty()) {
            return found;
        }
        Map<Digest, Detail> disclosed = reading.discloses() ? details.open("proposal:" + proposalId) : Map.of();
        ledger.append(Batch.of(own.access(
                reading.export() ? AuditEvent.LEDGER_EXPORTED : AuditEvent.LEDGER_READ,
                "case:" + proposalId,
                reading.workspaceId(),
                reading.actor(),
                Map.of(
                        "proposal_id", proposalId,
                        "tree_size", Long.toString(found.get().checkpoint().size()),
                        "details", Integer.toString(disclosed.size())))));
        return Optional.of(found.get().disclosing(disclosed));
    }

    private Optional<CaseFile> assemble(String proposalId, String workspaceId) {
        Optional<Call> call = index.call(proposalId, workspaceId);
        Optional<PublishedCheckpoint> checkpoint = log.checkpoint();
        if (call.isEmpty() || checkpoint.isEmpty()) {
            return Optional.empty();
        }
        long size = checkpoint.get().size();
        List<IndexedStatement> statements = index.ofCall(proposalId, size);
        if (statements.isEmpty()) {
            return Optional.empty();
        }
        List<LoggedStatement> entries =
                log.entries(statements.stream().map(IndexedStatement::index).toList(), size);
        Long endedAt = call.get().endedAt();
        Set<Digest> linked =
                entries.stream().flatMap(entry -> links(entry).stream()).collect(Collectors.toSet());
        boolean complete = endedAt != null
                && endedAt < size
                && log.indexes(linked, size).keySet().containsAll(linked);
        return Optional.of(new CaseFile(
                call.get(), checkpoint.get(), statements, entries, supporting(entries, size), complete, Map.of()));
    }

    /** Follows links and certificates until nothing new turns up. */
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
        } catch (StatementRefusedException e) {
            return List.of();
        }
    }
}
