package dev.sallyport.attestation.index.web;

import dev.sallyport.attestation.index.IndexProjection;
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
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.WebRequest;

/** Entries, their proofs, and proofs that the log has only grown. */
@RestController
@Requires(Permission.LEDGER_READ)
class EntriesController {
    /** The fields whose values are names that others chose: a wrong one cannot be told from one that nothing has yet. */
    private static final Set<Field> NAMES = EnumSet.of(
            Field.PROPOSAL_ID, Field.PRINCIPAL, Field.TOOL, Field.SESSION_ID, Field.RUN_ID, Field.RULE, Field.APPROVER);

    private static final MediaType TEXT = new MediaType(MediaType.TEXT_PLAIN, StandardCharsets.UTF_8);

    private final StatementIndex index;
    private final IndexProjection projection;
    private final LogReader log;
    private final ReadingLog readings;

    EntriesController(StatementIndex index, IndexProjection projection, LogReader log, ReadingLog readings) {
        this.index = index;
        this.projection = projection;
        this.log = log;
        this.readings = readings;
    }

    /**
     * A page of entries.
     *
     * @param checkpoint the one that it was read at
     * @param indexed how many of the checkpoint's entries were searched: all, or all but the newest
     * @param unseen where nothing was found: the parameters whose value no entry at all has, which may be misspelt;
     *     absent where each is had by some entry
     * @param next what to ask for with {@code after}; absent on the last page
     */
    record Entries(
            CheckpointView checkpoint,
            long indexed,
            List<EntryView> items,
            @Nullable List<String> unseen,
            @Nullable String next) {}

    record Entry(CheckpointView checkpoint, EntryView entry) {}

    record Consistency(long from, long to, List<String> hashes) {}

    /**
     * Lists entries of the log that have all that is asked for, in the order of the log.
     *
     * <p>A question that no entry can answer is refused: an empty answer means that the log has none.
     *
     * @param proposalId the call's id
     * @param principal who called, such as {@code agent:demo}
     * @param tool a tool's name
     * @param sessionId the session of the call
     * @param runId the run of the call
     * @param decision the policy's decision or a person's answer
     * @param outcome how the call ended
     * @param code the typed code of a decision, an answer or an end
     * @param rule a rule that the statement names
     * @param approver a person whose answer the statement holds
     * @param type the short name of the type, such as {@code tool-proposed/v1}
     * @param event the event of an audit statement
     * @param from a day of UTC such as {@code 2026-11-28}, or a time
     * @param to a day of UTC, which is included, or a time, which is not
     */
    @GetMapping("/v1/entries")
    Entries entries(
            Principal caller,
            WebRequest request,
            @RequestParam(name = "proposal_id", required = false) @Nullable String proposalId,
            @RequestParam(required = false) @Nullable String principal,
            @RequestParam(required = false) @Nullable String tool,
            @RequestParam(name = "session_id", required = false) @Nullable String sessionId,
            @RequestParam(name = "run_id", required = false) @Nullable String runId,
            @RequestParam(required = false) @Nullable String decision,
            @RequestParam(required = false) @Nullable String outcome,
            @RequestParam(required = false) @Nullable String code,
            @RequestParam(required = false) @Nullable String rule,
            @RequestParam(required = false) @Nullable String approver,
            @RequestParam(required = false) @Nullable String type,
            @RequestParam(required = false) @Nullable String event,
            @RequestParam(required = false) @Nullable String from,
            @RequestParam(required = false) @Nullable String to,
            PageRequest asked) {
        StatementQuery query = EntryQuestion.in(request)
                .with(Field.PROPOSAL_ID, proposalId)
                .with(Field.PRINCIPAL, principal)
                .with(Field.TOOL, tool)
                .with(Field.SESSION_ID, sessionId)
                .with(Field.RUN_ID, runId)
                .with(Field.DECISION, decision)
                .with(Field.OUTCOME, outcome)
                .with(Field.CODE, code)
                .with(Field.RULE, rule)
                .with(Field.APPROVER, approver)
                .with(Field.TYPE, type)
                .with(Field.EVENT, event)
                .between(from, to)
                .query(asked);
        return page(query, caller, asked);
    }

    private Entries page(StatementQuery query, Principal caller, PageRequest asked) {
        PublishedCheckpoint checkpoint = log.checkpoint().orElseThrow(LogProblems::unpublished);
        long indexed = Searched.of(checkpoint.size(), projection.read()).enough();
        List<IndexedStatement> found = index.find(query, sight(caller), indexed, asked.oneMore());
        Page<EntryView> page =
                Page.of(found, asked, row -> Long.toString(row.index())).map(EntryView::of);
        readings.note(Reading.entries(Reader.of(caller)));
        return new Entries(
                CheckpointView.of(checkpoint),
                indexed,
                page.items(),
                found.isEmpty() ? unseen(query, caller, indexed) : null,
                page.next());
    }

    private @Nullable List<String> unseen(StatementQuery query, Principal caller, long indexed) {
        List<String> unseen = NAMES.stream()
                .filter(field -> query.equal().containsKey(field))
                .filter(field ->
                        index.find(query.only(field), sight(caller), indexed, 1).isEmpty())
                .map(Field::parameter)
                .toList();
        return unseen.isEmpty() ? null : unseen;
    }

    /**
     * Shows one entry with its envelope and the chain of its signer.
     *
     * @param at the position in the log, from 0
     */
    @GetMapping("/v1/entries/{index}")
    Entry entry(Principal caller, @PathVariable("index") long at) {
        PublishedCheckpoint checkpoint = log.checkpoint().orElseThrow(LogProblems::unpublished);
        IndexedStatement row = visible(caller, at);
        readings.note(Reading.entries(Reader.of(caller)));
        return log.entry(at, checkpoint.size())
                .map(entry -> new Entry(CheckpointView.of(checkpoint), EntryView.of(row, entry)))
                .orElseThrow(EntriesController::unknown);
    }

    /**
     * Proves that the latest checkpoint covers an entry (c2sp.org/tlog-proof).
     *
     * @param at the position in the log, from 0
     */
    @GetMapping("/v1/entries/{index}/proof")
    ResponseEntity<byte[]> proof(Principal caller, @PathVariable("index") long at) {
        visible(caller, at);
        return proofOf(at);
    }

    /**
     * Proves that the latest checkpoint covers a statement (c2sp.org/tlog-proof).
     *
     * @param text SHA-256 of the statement, 64 lower-case hexadecimal digits
     */
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

    /**
     * Proves that the log has only grown between two sizes (RFC 6962).
     *
     * @param from the older size, at least 1
     * @param to the newer size; left out, the published one
     */
    @GetMapping("/v1/consistency")
    Consistency consistency(@RequestParam long from, @RequestParam(required = false) @Nullable Long to) {
        long published = log.checkpoint().orElseThrow(LogProblems::unpublished).size();
        long newer = to == null ? published : to;
        if (newer > published) {
            throw EntryQuestion.refused("to", "`to` must be at most the published size, " + published + ".");
        }
        if (from < 1 || from > newer) {
            throw EntryQuestion.refused("from", "`from` must be between 1 and the newer size, " + newer + ".");
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
}
