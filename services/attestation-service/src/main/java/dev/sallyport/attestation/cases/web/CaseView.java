package dev.sallyport.attestation.cases.web;

import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.sallyport.attestation.cases.CaseFile;
import dev.sallyport.attestation.index.Call;
import dev.sallyport.attestation.index.StatedResult;
import dev.sallyport.attestation.index.web.CallView;
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
 * @param complete whether it has ended and every statement that its statements link to is in the log
 * @param statements in the order of the log
 * @param details the details that the statements name by digest and that are still kept; absent for readers who may not
 *     export
 * @param bundle where the evidence bundle is
 */
record CaseView(
        CheckpointView checkpoint,
        String workspaceId,
        @JsonUnwrapped CallView call,
        @JsonUnwrapped StatedResult result,
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
                call.workspaceId(),
                CallView.of(call.id(), call.proposed()),
                call.result(),
                call.endedBelow(file.checkpoint().size()),
                file.complete(),
                statements,
                disclosed ? file.details().values().stream().map(Disclosed::of).toList() : null,
                "/v1/cases/" + call.id().ulid() + "/bundle");
    }
}
