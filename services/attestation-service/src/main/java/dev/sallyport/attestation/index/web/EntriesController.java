package dev.sallyport.attestation.index.web;

import dev.sallyport.attestation.index.IndexedStatement;
import dev.sallyport.attestation.index.StatementIndex;
import dev.sallyport.attestation.index.StatementIndex.Sight;
import dev.sallyport.attestation.index.StatementQuery;
import dev.sallyport.attestation.index.StatementQuery.Field;
import dev.sallyport.attestation.log.LogReader;
import dev.sallyport.attestation.log.PublishedCheckpoint;
import dev.sallyport.attestation.log.web.CheckpointView;
import dev.sallyport.attestation.log.web.LogProblems;
import dev.sallyport.attestation.reading.Reader;
import dev.sallyport.attestation.reading.ReadingLog;
import dev.sallyport.attestation.reading.ReadingStore.Reading;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.servicekit.problem.ProblemException;
import dev.sallyport.statements.Digest;
import dev.sallyport.tlog.TreeHash;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Entries, their proofs, and proofs that the log has only grown. */
@RestController
@Requires(Permission.LEDGER_READ)
class EntriesController {
    private static final MediaType TEXT = new MediaType(MediaType.TEXT_PLAIN, StandardCharsets.UTF_8);

    private final StatementIndex index;
    private final LogReader log;
    private final ReadingLog readings;

    EntriesController(StatementIndex index, LogReader log, ReadingLog readings) {
        this.index = index;
        this.log = log;
        this.readings = readings;
    }

    /**
     * A page of entries.
     *
     * @param checkpoint the one that it was read at
     * @param next what to ask for with {@code after}; absent on the last page
     */
    record Entries(
            CheckpointView checkpoint,
            List<EntryView> items,
            @Nullable String next) {}

    record Entry(CheckpointView checkpoint, EntryView entry) {}

    record Consistency(long from, long to, List<String> hashes) {}

    @GetMapping("/v1/entries")
    Entries entries(
            Principal caller,
            @RequestParam Map<String, String> parameters,
            @RequestParam(required = false) @Nullable Instant from,
            @RequestParam(required = false) @Nullable Instant to,
            PageRequest asked) {
        PublishedCheckpoint checkpoint = log.checkpoint().orElseThrow(LogProblems::unpublished);
        StatementQuery query = new StatementQuery(equal(parameters), from, to, after(asked));
        List<IndexedStatement> found = index.find(query, sight(caller), checkpoint.size(), asked.oneMore());
        Page<EntryView> page =
                Page.of(found, asked, row -> Long.toString(row.index())).map(EntryView::of);
        readings.note(Reading.entries(Reader.of(caller)));
        return new Entries(CheckpointView.of(checkpoint), page.items(), page.next());
    }

    private static Map<Field, String> equal(Map<String, String> parameters) {
        Map<Field, String> equal = new EnumMap<>(Field.class);
        for (Field field : Field.values()) {
            String value = parameters.get(field.parameter());
            if (value != null) {
                equal.put(field, value);
            }
        }
        return equal;
    }

    private static long after(PageRequest asked) {
        try {
            return asked.after() == null ? -1 : Long.parseLong(asked.after());
        } catch (NumberFormatException _) {
            throw invalid("after", "`after` must be the `next` of an earlier page.");
        }
    }

    @GetMapping("/v1/entries/{index}")
    Entry entry(Principal caller, @PathVariable("index") long at) {
        PublishedCheckpoint checkpoint = log.checkpoint().orElseThrow(LogProblems::unpublished);
        IndexedStatement row = visible(caller, at);
        readings.note(Reading.entries(Reader.of(caller)));
        return log.entry(at, checkpoint.size())
                .map(entry -> new Entry(CheckpointView.of(checkpoint), EntryView.of(row, entry)))
                .orElseThrow(EntriesController::unknown);
    }

    @GetMapping("/v1/entries/{index}/proof")
    ResponseEntity<byte[]> proof(Principal caller, @PathVariable("index") long at) {
        visible(caller, at);
        return proofOf(at);
    }

    @GetMapping("/v1/proofs/{digest}")
    ResponseEntity<byte[]> proofByDigest(Principal caller, @PathVariable("digest") String text) {
        Digest digest = InclusionController.digest("digest", text);
        Long at = log.indexes(List.of(digest), Long.MAX_VALUE).get(digest);
        if (at == null) {
            throw unknown();
        }
        visible(caller, at);
        return proofOf(at);
    }

    @GetMapping("/v1/consistency")
    Consistency consistency(@RequestParam long from, @RequestParam(required = false) @Nullable Long to) {
        long published = log.checkpoint().orElseThrow(LogProblems::unpublished).size();
        long newer = to == null ? published : to;
        if (newer > published) {
            throw invalid("to", "`to` must be at most the published size, " + published + ".");
        }
        if (from < 1 || from > newer) {
            throw invalid("from", "`from` must be between 1 and the newer size, " + newer + ".");
        }
        return new Consistency(
                from,
                newer,
                log.consistency(from, newer).stream().map(TreeHash::base64).toList());
    }

    private IndexedStatement visible(Principal caller, long at) {
        return index.at(at, sight(caller)).orElseThrow(EntriesController::unknown);
    }

    /** The fleet's own statements (keys, freezes, rejected records) are for those who examine, not for every reader. */
    private static Sight sight(Principal caller) {
        return new Sight(caller.workspaceId(), caller.may(Permission.LEDGER_EXPORT));
    }

    private ResponseEntity<byte[]> proofOf(long at) {
        PublishedCheckpoint checkpoint = log.checkpoint().orElseThrow(LogProblems::unpublished);
        if (at >= checkpoint.size()) {
            throw unknown();
        }
        return ResponseEntity.ok()
                .contentType(TEXT)
                .body(log.proof(at, checkpoint).encode());
    }

    private static ProblemException unknown() {
        return ProblemException.notFound("The published log has no such entry for this workspace.");
    }

    private static ProblemException invalid(String field, String detail) {
        return new ProblemException(HttpStatus.BAD_REQUEST, "INVALID_REQUEST", detail, field, detail);
    }
}
