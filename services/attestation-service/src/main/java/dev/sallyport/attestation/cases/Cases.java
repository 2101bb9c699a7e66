package dev.sallyport.attestation.cases;

import dev.sallyport.attestation.detail.DetailStore;
import dev.sallyport.attestation.index.Call;
import dev.sallyport.attestation.index.IndexedStatement;
import dev.sallyport.attestation.index.StatementIndex;
import dev.sallyport.attestation.log.LogReader;
import dev.sallyport.attestation.log.LoggedStatement;
import dev.sallyport.attestation.log.PublishedCheckpoint;
import dev.sallyport.attestation.reading.Reader;
import dev.sallyport.attestation.reading.ReadingLog;
import dev.sallyport.attestation.reading.ReadingStore;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.ProposalId;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.predicate.DetailRef;
import dev.sallyport.statements.predicate.Link;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.verify.NamedDetails;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.springframework.stereotype.Service;

/** Puts cases together. The reader of a case is noted, for the log to name, before the case is handed out. */
@Service
public class Cases {
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final LogReader log;
    private final StatementIndex index;
    private final DetailStore details;
    private final ReadingLog readings;

    Cases(LogReader log, StatementIndex index, DetailStore details, ReadingLog readings) {
        this.log = log;
        this.index = index;
        this.details = details;
        this.readings = readings;
    }

    /**
     * A reading of a case.
     *
     * @param reader a principal in its workspace; a call of another workspace is not found
     * @param export whether the case leaves as a bundle
     * @param discloses whether details are shown
     * @param patience how long to wait for the case to be complete
     */
    public record Reading(Reader reader, boolean export, boolean discloses, Duration patience) {}

    /**
     * The case of a call, empty where the workspace has no such call in the published log. When patience ends the case
     * is answered as it is, complete or not.
     */
    public Optional<CaseFile> read(ProposalId id, Reading reading) throws InterruptedException {
        Reader reader = reading.reader();
        long deadline = System.nanoTime() + reading.patience().toNanos();
        String workspaceId = Objects.requireNonNull(reader.workspaceId(), "a case is read within its workspace");
        Optional<CaseFile> found = Optional.empty();
        long assembled = -1;
        while (true) {
            boolean last = System.nanoTime() - deadline >= 0;
            long size = log.checkpoint().map(PublishedCheckpoint::size).orElse(0L);
            // An open call is not put together each time that somebody waiting looks after it.
            if (last || (size != assembled && hasEnded(id, workspaceId, size))) {
                found = assemble(id, workspaceId);
                assembled = size;
            }
            if (last || found.map(CaseFile::complete).orElse(false)) {
                break;
            }
            Thread.sleep(PAUSE);
        }
        if (found.isEmpty()) {
            return found;
        }
        Map<Digest, Detail> disclosed = reading.discloses() ? details(found.get()) : Map.of();
        readings.note(new ReadingStore.Reading(
                reader,
                reading.export() ? AuditEvent.LEDGER_EXPORTED : AuditEvent.LEDGER_READ,
                "case:" + id.ulid(),
                disclosed.size()));
        return Optional.of(found.get().disclosing(disclosed));
    }

    private boolean hasEnded(ProposalId id, String workspaceId, long size) {
        return index.call(id, workspaceId).map(call -> call.endedBelow(size)).orElse(false);
    }

    /** Those that the call's statements name. Another statement may have brought details under the call's name. */
    private Map<Digest, Detail> details(CaseFile file) {
        Map<Digest, Detail> named =
                new LinkedHashMap<>(details.open(file.call().id().subject()));
        named.keySet()
                .retainAll(file.entries().stream()
                        .flatMap(entry -> details(entry).stream())
                        .map(DetailRef::digest)
                        .collect(Collectors.toSet()));
        return named;
    }

    private Optional<CaseFile> assemble(ProposalId id, String workspaceId) {
        Optional<Call> call = index.call(id, workspaceId);
        Optional<PublishedCheckpoint> checkpoint = log.checkpoint();
        if (call.isEmpty() || checkpoint.isEmpty()) {
            return Optional.empty();
        }
        long size = checkpoint.get().size();
        List<IndexedStatement> statements = index.ofCall(call.get(), size);
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

    private static Collection<DetailRef> details(LoggedStatement entry) {
        try {
            return NamedDetails.of(entry.statement().predicate());
        } catch (StatementRefusedException _) {
            return List.of();
        }
    }
}
