package dev.sallyport.approval.grant.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.sallyport.approval.grant.ArgumentPattern;
import dev.sallyport.approval.grant.Grant;
import dev.sallyport.approval.grant.Grants;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.vocabulary.ApprovalScope;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Lists and revokes the grants of the caller's workspace. Answers to approval requests give them. */
@RestController
@RequestMapping("/v1/grants")
class GrantsController {
    private final Grants grants;

    GrantsController(Grants grants) {
        this.grants = grants;
    }

    /**
     * A grant.
     *
     * @param answer what it answers
     * @param scope whether only calls of one session, or of any
     * @param state {@code live} while it answers, then {@code used_up}, {@code ended} or {@code revoked}
     * @param approvalId the request whose answer gave it
     * @param approver who gave it
     * @param principal whose calls it answers
     * @param sessionId the session of the call that was shown
     * @param shown the call that was shown, in one line; empty some days after the end
     * @param open the arguments that may differ, and how far; empty where none may
     * @param uses how many calls it may answer
     * @param used how many it has answered
     */
    record GrantResource(
            String grantId,
            ApprovalResolved.Answer answer,
            ApprovalScope scope,
            Grant.State state,
            String approvalId,
            String approver,
            String principal,
            String sessionId,
            String tool,
            String toolVersion,
            String shown,
            List<OpenArgument> open,
            Instant givenAt,
            Instant endsAt,
            int uses,
            int used,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Instant revokedAt,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String revokedBy) {
        static GrantResource of(Grant grant, Instant now) {
            return new GrantResource(
                    grant.id(),
                    grant.answer(),
                    grant.scope(),
                    grant.state(now),
                    grant.origin().approvalId(),
                    grant.origin().approver(),
                    grant.origin().principal(),
                    grant.origin().session(),
                    grant.origin().tool(),
                    grant.origin().toolVersion(),
                    grant.origin().shown(),
                    grant.pattern().choices().stream().map(OpenArgument::of).toList(),
                    grant.givenAt(),
                    grant.endsAt(),
                    grant.uses(),
                    grant.used(),
                    grant.revokedAt(),
                    grant.revokedBy());
        }
    }

    /**
     * An argument that may differ.
     *
     * @param argument JSON pointer into the arguments
     * @param match {@code prefix} or {@code any}
     * @param length how many characters of a prefix must be the same; left out for any text
     */
    record OpenArgument(
            String argument,
            String match,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Integer length) {
        static OpenArgument of(ArgumentPattern.Choice choice) {
            return new OpenArgument(
                    choice.argument(), choice.match().wire(), choice.length() == 0 ? null : choice.length());
        }
    }

    /**
     * Lists grants, the newest first.
     *
     * @param principal whose calls they answer, such as {@code agent:demo}
     * @param live whether only those that answer now
     */
    @GetMapping
    @Requires(Permission.APPROVAL_READ)
    Page<GrantResource> list(
            Caller caller,
            @RequestParam(defaultValue = "") String principal,
            @RequestParam(defaultValue = "false") boolean live,
            PageRequest page) {
        Instant now = grants.now();
        return grants.list(caller.principalOrRefuse().workspaceId(), principal, live, page)
                .map(grant -> GrantResource.of(grant, now));
    }

    /**
     * Shows a grant.
     *
     * @param id the grant's id
     */
    @GetMapping("/{id}")
    @Requires(Permission.APPROVAL_READ)
    GrantResource get(Caller caller, @PathVariable String id) {
        return GrantResource.of(grants.find(caller.principalOrRefuse().workspaceId(), id), grants.now());
    }

    /**
     * Revokes a grant.
     *
     * <p>It answers no further call, and calls that it has approved and that have not started are stopped.
     *
     * @param id the grant's id
     */
    @PostMapping("/{id}:revoke")
    @Requires(Permission.APPROVAL_RESOLVE)
    GrantResource revoke(Caller caller, @PathVariable String id) {
        return GrantResource.of(
                grants.revoke(
                        caller.principalOrRefuse().workspaceId(),
                        id,
                        caller.principalOrRefuse().name()),
                grants.now());
    }
}
