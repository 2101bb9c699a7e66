package dev.sallyport.policy.proposal.web;

import dev.sallyport.policy.access.LocalIntrospector;
import dev.sallyport.policy.proposal.CallView;
import dev.sallyport.policy.proposal.ProposalQueries;
import dev.sallyport.servicekit.access.FleetOnly;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * What came out of a call, for the pages of approval-service. Whether the person who looks at them may read it is decided
 * here, by the same rule as at {@code GET /v1/proposals/{id}}.
 */
@RestController
class CallResultController {
    private final LocalIntrospector introspector;
    private final ProposalQueries queries;

    CallResultController(LocalIntrospector introspector, ProposalQueries queries) {
        this.introspector = introspector;
        this.queries = queries;
    }

    /**
     * Answers what came out of a call, to approval-service for its pages.
     *
     * <p>The reader is asked for by the same rule as at {@code GET /v1/proposals/{id}}.
     *
     * @param id the call's id
     * @param workspaceId the workspace of the reader
     * @param principal the reader, such as {@code person:ada}
     */
    @GetMapping(path = "/internal/v1/proposals/{id}/result", produces = MediaType.APPLICATION_JSON_VALUE)
    @FleetOnly("approval-service")
    byte[] result(
            @PathVariable String id,
            @RequestParam(name = "workspace_id") String workspaceId,
            @RequestParam String principal) {
        return introspector
                .byName(principal, workspaceId)
                .filter(reader -> reader.may(Permission.PROPOSAL_READ))
                .flatMap(reader -> queries.find(reader, id))
                .map(CallView::result)
                .orElseThrow(() -> ProblemException.notFound(
                        "No result is kept of this proposal, or this principal may not read it."))
                .getBytes(StandardCharsets.UTF_8);
    }
}
