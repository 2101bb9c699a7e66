package dev.sallyport.approval.record.web;

import dev.sallyport.approval.grant.ArgumentPattern;
import dev.sallyport.approval.grant.Coverage;
import dev.sallyport.approval.grant.GrantTerms;
import dev.sallyport.approval.grant.Grants;
import dev.sallyport.approval.key.SubmittedSignature;
import dev.sallyport.approval.record.ApprovalQueries;
import dev.sallyport.approval.record.ApprovalQuery;
import dev.sallyport.approval.record.ApprovalRecord;
import dev.sallyport.approval.record.Approvals;
import dev.sallyport.approval.record.ShownRecord;
import dev.sallyport.approval.record.answer.ApprovalRefused;
import dev.sallyport.approval.record.answer.Approver;
import dev.sallyport.approval.record.answer.Credential;
import dev.sallyport.approval.record.answer.SubmittedAnswer;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.servicekit.problem.ProblemException;
import dev.sallyport.servicekit.security.StandingAccess;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.vocabulary.ApprovalScope;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** Lists, shows and answers approval requests of the caller's workspace. */
@RestController
@RequestMapping("/v1/approvals")
class ApprovalsController {
    private final Approvals approvals;
    private final ApprovalQueries queries;
    private final Grants grants;
    private final ApprovalStream stream;
    private final StandingAccess access;

    ApprovalsController(
            Approvals approvals, ApprovalQueries queries, Grants grants, ApprovalStream stream, StandingAccess access) {
        this.approvals = approvals;
        this.queries = queries;
        this.grants = grants;
        this.stream = stream;
        this.access = access;
    }

    /**
     * An answer; {@code scope} is {@code once} unless said otherwise, and {@code grant} goes with a wider one. Whoever showed
     * less than the whole prompt says so in {@code partly_seen}. {@code signature} is the person's own over the answer; from
     * high risk up an approval needs one.
     */
    record AnswerBody(
            @Nullable String promptDigest,
            @Nullable String scope,
            @Nullable GrantBody grant,
            @Nullable String reason,
            @Nullable Boolean partlySeen,
            @Nullable SignatureBody signature) {}

    /**
     * A signature over an answer: a passkey's, or with {@code certificates} that of the device whose certificate is shown.
     *
     * @param value the signature, base64url
     * @param credentialId which passkey signed, base64url
     * @param authenticatorData what the passkey says about itself, base64url
     * @param clientData what the browser says it was asked to sign, base64url
     * @param certificates the device's certificate and those above it up to, without, the root; base64 of DER
     */
    record SignatureBody(
            @Nullable String value,
            @Nullable String credentialId,
            @Nullable String authenticatorData,
            @Nullable String clientData,
            @Nullable List<String> certificates) {
        SubmittedSignature submitted() {
            return new SubmittedSignature(
                    credentialId, authenticatorData, clientData, value == null ? "" : value, certificates);
        }
    }

    /**
     * Lists approval requests, the newest first, without their prompts.
     *
     * @param state one or several of the states of requests, such as {@code pending}, with commas between
     * @param tool a tool's name
     * @param principal who asked, such as {@code agent:demo}
     * @param approver the person who answered, such as {@code person:ada}
     * @param proposal the call's id
     * @param from a date such as {@code 2026-01-31}, which counts in UTC, or a moment
     * @param to a date, which is included, or a moment, which is not
     */
    @GetMapping
    @Requires(Permission.APPROVAL_READ)
    Page<ApprovalResource> list(
            Caller caller,
            @RequestParam(required = false) @Nullable String state,
            @RequestParam(required = false) @Nullable String tool,
            @RequestParam(required = false) @Nullable String principal,
            @RequestParam(required = false) @Nullable String approver,
            @RequestParam(required = false) @Nullable String proposal,
            @RequestParam(required = false) @Nullable String from,
            @RequestParam(required = false) @Nullable String to,
            PageRequest page) {
        ApprovalQuery query = new ApprovalFilters(state, tool, principal, approver, proposal, from, to).query();
        return queries.page(caller.principalOrRefuse().workspaceId(), query, page)
                .map(record -> ApprovalResource.listed(record, standing(caller, record)));
    }

    /**
     * Shows an approval request with the whole prompt.
     *
     * <p>{@code may_answer} says whether the caller may answer it now.
     *
     * @param id the request's id
     */
    @GetMapping("/{id}")
    @Requires(Permission.APPROVAL_READ)
    ApprovalResource get(Caller caller, @PathVariable String id) {
        return whole(caller, queries.show(caller.principalOrRefuse().workspaceId(), id));
    }

    /**
     * A request as policy-service signed it.
     *
     * @param record the signed record with certificates and evidence, base64 of its one encoding
     */
    record SignedRequestBody(String record) {}

    /**
     * Gives the request as policy-service signed it.
     *
     * <p>Who signs an answer verifies it first: the prompt shown must have the digest that this statement names, and what is
     * signed names the subject of this statement. Then this service cannot show one call and have another one signed.
     *
     * @param id the request's id
     */
    @GetMapping("/{id}/request")
    @Requires(Permission.APPROVAL_READ)
    SignedRequestBody request(Caller caller, @PathVariable String id) {
        byte[] record =
                queries.request(caller.principalOrRefuse().workspaceId(), id).encode();
        return new SignedRequestBody(Base64.getEncoder().encodeToString(record));
    }

    /**
     * Approves a call, as it was shown.
     *
     * <p>Where {@code obligations.assurance} is {@code key}, the answer is signed with the person's own key: a passkey on the
     * console's pages, or the key of a device with its certificate. Who has no key yet signs in with a one-time link and
     * answers at once, and the answer is recorded as unsigned.
     *
     * <p>The answer counts for the prompt with that {@code prompt_digest} and for no other. With a wider {@code scope}, where
     * the request offers it, further calls like it are approved too, as {@code grant} says: see {@code /v1/grants}.
     *
     * @param id the request's id
     */
    @PostMapping("/{id}:approve")
    @Requires(Permission.APPROVAL_RESOLVE)
    ApprovalResource approve(Caller caller, @PathVariable String id, @RequestBody AnswerBody body) {
        return answer(caller, id, ApprovalResolved.Answer.APPROVED, body);
    }

    /**
     * Denies a call, as it was shown.
     *
     * <p>One denial ends the call.
     *
     * @param id the request's id
     */
    @PostMapping("/{id}:deny")
    @Requires(Permission.APPROVAL_RESOLVE)
    ApprovalResource deny(Caller caller, @PathVariable String id, @RequestBody AnswerBody body) {
        return answer(caller, id, ApprovalResolved.Answer.DENIED, body);
    }

    /**
     * Says how many calls of the last 30 days an answer for further calls would have answered too.
     *
     * <p>Only those are compared whose arguments are still kept.
     *
     * @param id the request's id
     * @param scope {@code session} for calls of the request's session, {@code time} for those of all
     * @param open an argument that may differ, {@code any:/args/1} or {@code prefix:7:/args/1}; several times for several
     */
    @GetMapping("/{id}/coverage")
    @Requires(Permission.APPROVAL_READ)
    Coverage coverage(
            Caller caller,
            @PathVariable String id,
            @RequestParam(required = false) @Nullable String scope,
            @RequestParam(required = false) @Nullable List<String> open) {
        ArgumentPattern pattern;
        try {
            pattern = GrantBody.pattern(open);
        } catch (IllegalArgumentException e) {
            throw invalid("open", "`open` " + e.getMessage() + ".");
        }
        return queries.coverage(caller.principalOrRefuse().workspaceId(), id, scope(scope), pattern);
    }

    /**
     * Streams hints that requests of the workspace have changed.
     *
     * <p>Each event is called {@code approval}; its data is a JSON object with {@code approval_id}, {@code
     * proposal_id}, {@code tool}, {@code summary}, {@code state}, {@code outcome} where the call has ended, and {@code
     * may_answer}. The record is the truth. A stream ends after five minutes: connect again.
     */
    @GetMapping(path = "/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    @Requires(Permission.APPROVAL_READ)
    SseEmitter events(Caller caller, HttpServletRequest request) {
        return stream.subscribe(caller, access.of(request));
    }

    private ApprovalResource answer(Caller caller, String id, ApprovalResolved.Answer verdict, AnswerBody body) {
        return whole(
                caller, approvals.answer(id, Approvers.of(caller, Credential.Method.API), submitted(verdict, body)));
    }

    private ApprovalResource whole(Caller caller, ShownRecord shown) {
        return ApprovalResource.whole(shown, standing(caller, shown.record()));
    }

    /** Whether the caller may answer, and why not. */
    private ApprovalResource.StandingPart standing(Caller caller, ApprovalRecord record) {
        Approver approver = Approvers.of(caller, Credential.Method.API);
        if (!caller.principalOrRefuse().may(Permission.APPROVAL_RESOLVE)) {
            return new ApprovalResource.StandingPart(false, "You may read this, not answer it.");
        }
        ApprovalRefused refused = queries.whyNot(record, approver);
        return new ApprovalResource.StandingPart(
                queries.mayAnswer(record, approver), refused == null ? null : refused.detail());
    }

    private SubmittedAnswer submitted(ApprovalResolved.Answer verdict, AnswerBody body) {
        if (body.promptDigest() == null) {
            throw invalid("prompt_digest", "`prompt_digest` is missing. Give that of the prompt that you were shown.");
        }
        Digest digest;
        try {
            digest = new Digest(body.promptDigest());
        } catch (IllegalArgumentException _) {
            throw invalid("prompt_digest", "`prompt_digest` must be 64 lower-case hexadecimal digits.");
        }
        ApprovalScope scope = scope(body.scope());
        GrantTerms further = further(scope, body.grant() == null ? GrantBody.NOTHING : body.grant());
        try {
            return new SubmittedAnswer(
                    verdict,
                    scope,
                    digest,
                    Boolean.TRUE.equals(body.partlySeen()),
                    body.reason() == null ? "" : body.reason(),
                    further,
                    body.signature() == null ? null : body.signature().submitted());
        } catch (IllegalArgumentException e) {
            throw invalid("reason", "`reason` " + e.getMessage() + ".");
        }
    }

    private static ApprovalScope scope(@Nullable String wire) {
        try {
            return GrantBody.scope(wire);
        } catch (IllegalArgumentException e) {
            throw invalid("scope", "`scope` " + e.getMessage() + ".");
        }
    }

    private @Nullable GrantTerms further(ApprovalScope scope, GrantBody grant) {
        try {
            return grants.terms(
                    scope,
                    grant.lastsS() == null ? null : Duration.ofSeconds(grant.lastsS()),
                    grant.uses(),
                    GrantBody.pattern(grant.open()));
        } catch (IllegalArgumentException e) {
            throw invalid("grant", "`grant` " + e.getMessage() + ".");
        }
    }

    private static ProblemException invalid(String field, String detail) {
        return new ProblemException(HttpStatus.BAD_REQUEST, "INVALID_REQUEST", detail, field, detail);
    }
}
