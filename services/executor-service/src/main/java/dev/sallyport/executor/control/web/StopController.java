package dev.sallyport.executor.control.web;

import dev.sallyport.executor.control.Executions;
import dev.sallyport.executor.control.StopResult;
import dev.sallyport.servicekit.access.FleetOnly;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** policy-service stops a call: cancelled, frozen, expired, its grant revoked. */
@RestController
class StopController {
    private final Executions executions;

    StopController(Executions executions) {
        this.executions = executions;
    }

    record StopRequest(@NotBlank @Size(max = 200) String reason) {}

    record StopAnswer(StopResult result) {}

    /**
     * Stops a call: it never runs, or its node is told to end it.
     *
     * @param proposalId the call's id
     */
    @PostMapping("/internal/v1/executions/{proposalId}:stop")
    @FleetOnly("policy-service")
    StopAnswer stop(
            @PathVariable @Pattern(regexp = "[0-9A-HJKMNP-TV-Z]{26}") String proposalId,
            @Valid @RequestBody StopRequest request) {
        return new StopAnswer(executions.stop(proposalId, request.reason()));
    }
}
