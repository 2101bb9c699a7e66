package dev.sallyport.vault.secret.web;

import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.FleetOnly;
import dev.sallyport.servicekit.access.NodeOnly;
import dev.sallyport.vault.VaultException;
import dev.sallyport.vault.secret.Redemption;
import dev.sallyport.vault.secret.Resolution;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** The two internal uses of secrets: policy-service asks for terms, a node for a value. */
@RestController
class SecretUseController {
    private static final int MOST_REFERENCES = 16;

    private final Resolution resolution;
    private final Redemption redemption;

    SecretUseController(Resolution resolution, Redemption redemption) {
        this.resolution = resolution;
        this.redemption = redemption;
    }

    /**
     * @param workspaceName the workspace's name, which references may use in place of its id
     */
    record ResolveRequest(
            @Nullable String workspaceId,
            @Nullable String workspaceName,
            @Nullable String principal,
            @Nullable String channel,
            @Nullable List<String> references) {}

    /**
     * @param reference with the workspace's id, as permits carry it; as asked for when it is not available
     * @param code absent when it is available
     */
    record ResolvedAnswer(
            String asked,
            String reference,
            @Nullable Integer version,
            @Nullable List<String> hosts,
            @Nullable List<String> deliveries,
            @Nullable String code) {}

    record ResolveAnswer(List<ResolvedAnswer> secrets) {}

    /**
     * @param reference as the permit grants it
     * @param clientNonce 16 to 64 characters of base64url, the same when an unanswered request is repeated
     * @param startedRecord base64 of the exact bytes that control answered the claim with
     */
    record RedeemRequest(
            @Nullable String reference,
            @Nullable String clientNonce,
            @Nullable String startedRecord) {}

    /** Says which secrets a call may use, and on what terms. */
    @PostMapping("/internal/v1/secrets:resolve")
    @FleetOnly("policy-service")
    ResolveAnswer resolve(@RequestBody ResolveRequest request) {
        List<String> references = request.references() == null ? List.of() : request.references();
        if (references.isEmpty() || references.size() > MOST_REFERENCES) {
            throw new VaultException.Invalid(
                    "references", "`references` must name 1 to " + MOST_REFERENCES + " secrets.");
        }
        String workspaceId = present("workspace_id", request.workspaceId());
        String workspaceName = request.workspaceName() == null ? workspaceId : request.workspaceName();
        Resolution.Use use = new Resolution.Use(
                new Resolution.Workspace(workspaceId, workspaceName),
                present("principal", request.principal()),
                present("channel", request.channel()));
        List<ResolvedAnswer> answers = new ArrayList<>();
        for (String reference : references) {
            answers.add(resolve(reference, use));
        }
        return new ResolveAnswer(answers);
    }

    /** Hands a value to the node that runs the call it was granted for. */
    @PostMapping("/internal/v1/secrets:redeem")
    @NodeOnly
    void redeem(Caller.Workload node, @RequestBody RedeemRequest request, HttpServletResponse response)
            throws IOException {
        // The answer is written here, so that the value is zeroed as soon as it was sent.
        byte[] value = redemption.redeem(
                node.id(),
                present("reference", request.reference()),
                present("client_nonce", request.clientNonce()),
                base64(present("started_record", request.startedRecord())));
        try {
            response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
            response.setContentType(MediaType.APPLICATION_OCTET_STREAM_VALUE);
            response.setContentLength(value.length);
            response.getOutputStream().write(value);
        } finally {
            Arrays.fill(value, (byte) 0);
        }
    }

    private ResolvedAnswer resolve(String reference, Resolution.Use use) {
        try {
            Resolution.Resolved resolved = resolution.resolve(reference, use);
            return new ResolvedAnswer(
                    reference,
                    resolved.reference(),
                    resolved.version(),
                    resolved.terms().hosts(),
                    resolved.terms().deliveries(),
                    null);
        } catch (VaultException.NotAvailable | VaultException.Invalid e) {
            return new ResolvedAnswer(
                    reference, reference, null, null, null, e.code().name());
        }
    }

    private static String present(String field, @Nullable String value) {
        if (value == null || value.isBlank()) {
            throw new VaultException.Invalid(field, "`" + field + "` is missing.");
        }
        return value;
    }

    private static byte[] base64(String text) {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException _) {
            throw new VaultException.Invalid("started_record", "`started_record` must be base64.");
        }
    }
}
