package dev.sallyport.approval.record.web;

import dev.sallyport.approval.record.ApprovalQueries;
import dev.sallyport.approval.record.ApprovalQuery;
import dev.sallyport.approval.record.ApprovalRecord;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.predicate.StatementType;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Writes approval requests out for who examines them, each with the digests by which the ledger knows its statements. */
@RestController
class ApprovalExportController {
    private static final ApprovalResource.StandingPart NOBODYS = new ApprovalResource.StandingPart(false, null);

    private final ApprovalQueries queries;
    private final JsonMapper json;

    ApprovalExportController(ApprovalQueries queries, JsonMapper json) {
        this.queries = queries;
        this.json = json;
    }

    /**
     * A request and what was signed about it.
     *
     * @param statements the question, and the answer where there is one
     */
    record Line(JsonNode approval, List<Stated> statements) {}

    /**
     * A statement.
     *
     * @param digest SHA-256 of it: the ledger has its proof under {@code /v1/proofs/{digest}}
     */
    record Stated(String type, String digest) {}

    /** The last line, by which one knows that nothing is missing. */
    record End(boolean end, long lines) {}

    /**
     * Writes approval requests out, the newest first, a JSON object on each line.
     *
     * <p>Each line has {@code approval}, a request with its answers and without its prompt, and {@code statements}, with type
     * and digest of the signed question and the signed answer: attestation-service proves by {@code /v1/proofs/{digest}} that
     * the ledger has them. The last line is {@code {"end":true,"lines":…}}. An export without it was cut short.
     *
     * @param from only what ended from then on, or was asked from then on if it still waits: a date such as {@code
     *     2026-01-31}, which counts in UTC, or a moment
     * @param to only what ended before then, or was asked before then if it still waits: a date, which is included, or a
     *     moment, which is not
     */
    @GetMapping(path = "/v1/approvals:export", produces = MediaType.APPLICATION_NDJSON_VALUE)
    @Requires({Permission.APPROVAL_READ, Permission.LEDGER_EXPORT})
    void export(
            Caller caller,
            @RequestParam(required = false) @Nullable String from,
            @RequestParam(required = false) @Nullable String to,
            HttpServletResponse response)
            throws IOException {
        String workspaceId = caller.principalOrRefuse().workspaceId();
        ApprovalQuery query = new ApprovalFilters(null, null, null, null, null, from, to).query();
        // Read before anything is written: what is wrong with it is still a problem document then.
        Page<ApprovalRecord> page = queries.page(workspaceId, query, new PageRequest(PageRequest.MAX_LIMIT, null));
        response.setContentType(MediaType.APPLICATION_NDJSON_VALUE);
        OutputStream out = response.getOutputStream();
        long lines = 0;
        while (true) {
            Map<String, Digest> answers = queries.statedAnswers(workspaceId, page.items());
            for (ApprovalRecord record : page.items()) {
                write(out, line(record, answers.get(record.key().id())));
                lines++;
            }
            if (page.next() == null) {
                break;
            }
            page = queries.page(workspaceId, query, new PageRequest(PageRequest.MAX_LIMIT, page.next()));
        }
        write(out, new End(true, lines));
    }

    private Line line(ApprovalRecord record, @Nullable Digest answer) {
        List<Stated> statements = new ArrayList<>();
        statements.add(new Stated(
                StatementType.APPROVAL_REQUESTED.shortName(),
                record.question().requestDigest().hex()));
        if (answer != null) {
            statements.add(new Stated(StatementType.APPROVAL_RESOLVED.shortName(), answer.hex()));
        }
        ObjectNode approval = json.valueToTree(ApprovalResource.listed(record, NOBODYS));
        // Whether somebody may answer now is nothing to keep.
        approval.remove(List.of("may_answer", "why_not"));
        return new Line(approval, statements);
    }

    private void write(OutputStream out, Object line) throws IOException {
        out.write(json.writeValueAsBytes(line));
        out.write('\n');
    }
}
