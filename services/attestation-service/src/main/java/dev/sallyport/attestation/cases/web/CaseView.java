package dev.sallyport.attestation.cases.web;

import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.sallyport.attestation.cases.CaseFile;
import dev.sallyport.attestation.index.Call;
import dev.sallyport.attestation.index.web.EntryView;
import dev.sallyport.attestation.log.web.CheckpointView;
import dev.sallyport.statements.record.Detail;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The life of one call.
 *
 * @param ended whether its call-ended statement is in the log
 * @param complete whether it has ended and nothing that its statements link to is still on its way
 * @param statements in the order of the log
 * @param details what the statements name by digest and is still kept; absent for readers who may not export
 * @param bundle where the evidence bundle is
 */
record CaseView(
        CheckpointView checkpoint,
        String proposalId,
        String workspaceId,
        @Nullable String principal,
        @Nullable String tool,
        @Nullable String session,
        @Nullable String run,
        @Nullable String decision,
        @Nullable String outcome,
        @Nullable String code,
        boolean ended,
        boolean complete,
        List<Stated> statements,
        @Nullable List<Disclosed> details,
        String bundle) {

    /**
     * A statement of the case.
     *
     * @param statement the signed payload, which is canonical JSON
     */
    record Stated(EntryView entry, @JsonRawValue String statement) {}

    /**
     * A detail.
     *
     * @param digest SHA-256 of 32 random bytes and the content
     * @param size of the content in bytes
     * @param content the content without the random bytes, base64
     */
    record Disclosed(String digest, long size, String content) {
        static Disclosed of(Detail detail) {
            return new Disclosed(
                    detail.digest().hex(),
                    detail.ref().size(),
                    Base64.getEncoder().encodeToString(detail.content()));
        }
    }

    static CaseView of(CaseFile file, boolean disclosed) {
        List<Stated> statements = new ArrayList<>();
        for (int i = 0; i < file.statements().size(); i++) {
            statements.add(new Stated(
                    EntryView.of(file.statements().get(i)),
                    file.entries().get(i).payload()));
        }
        Call call = file.call();
        return new CaseView(
                CheckpointView.of(file.checkpoint()),
                call.proposalId(),
                call.workspaceId(),
                call.principal(),
                call.tool(),
                call.session(),
                call.run(),
                call.decision(),
                call.outcome(),
                call.code(),
                call.endedAt() != null && call.endedAt() < file.checkpoint().size(),
                file.complete(),
                statements,
                disclosed ? file.details().values().stream().map(Disclosed::of).toList() : null,
                "/v1/cases/" + call.proposalId() + "/bundle");
    }
}
