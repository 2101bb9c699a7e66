package dev.sallyport.approval.console;

import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.identity.FleetClients;
import dev.sallyport.statements.ProposalId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.RestClientException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** What came out of calls. policy-service keeps it, and decides for each reader whether they may read it. */
@Component
class CallResults {
    private static final Logger log = LoggerFactory.getLogger(CallResults.class);

    private final FleetClients fleet;
    private final JsonMapper json;

    CallResults(FleetClients fleet, JsonMapper json) {
        this.fleet = fleet;
        this.json = json;
    }

    /**
     * What this reader may read of the call's output. A page does without it when it cannot be had.
     *
     * @param whole whether long texts are shown to their last character
     */
    CallOutput of(Principal reader, ProposalId proposal, boolean whole) {
        try {
            byte[] result = fleet.client("policy-service")
                    .get()
                    .uri(uri -> uri.path("/internal/v1/proposals/{id}/result")
                            .queryParam("workspace_id", "{workspace}")
                            .queryParam("principal", "{principal}")
                            .build(proposal.ulid(), reader.workspaceId(), reader.name()))
                    .retrieve()
                    .body(byte[].class);
            return result == null ? CallOutput.NONE : CallOutput.of(json.readTree(result), whole);
        } catch (HttpClientErrorException.NotFound e) {
            return CallOutput.NONE;
        } catch (RestClientException | IllegalStateException | JacksonException e) {
            log.warn("the output of proposal {} cannot be shown", proposal.ulid(), e);
            return CallOutput.AWAY;
        }
    }
}
