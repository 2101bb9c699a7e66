package dev.sallyport.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.policy.app.RunningPolicyService;
import dev.sallyport.policy.app.SharedService;
import dev.sallyport.servicetest.api.ApiDocument;
import dev.sallyport.servicetest.api.DocumentedClient;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ApiDocumentTest {
    private final RunningPolicyService service = SharedService.get();

    @Test
    void theInterfaceIsDocumented() {
        ApiDocument.verify(service);
    }

    /** Nothing but the document says where the proposal goes, what is in it and which credential it takes. */
    @Test
    void aClientThatKnowsOnlyTheDocumentProposesACallAndReadsIt() {
        JsonNode document = RunningPolicyService.JSON.readTree(
                service.withToken("", "GET", "/v1/openapi.json", null).body());
        String token = service.agent(SharedService.fresh("documented"));
        DocumentedClient client = new DocumentedClient(document, service.open(""), token);

        HttpResponse<String> proposed = client.call("proposalSubmit", Map.of());

        assertThat(proposed.statusCode()).as(proposed.body()).isIn(201, 202);
        JsonNode call = RunningPolicyService.JSON.readTree(proposed.body());
        assertThat(call.path("decision").path("outcome").asString()).isEqualTo("allow");
        HttpResponse<String> read =
                client.call("proposalGet", Map.of("id", call.path("proposal_id").asString()));
        assertThat(read.statusCode()).isEqualTo(200);
        assertThat(RunningPolicyService.JSON.readTree(read.body()).path("tool").asString())
                .isEqualTo("echo");
        assertThat(new DocumentedClient(document, service.open(""), "")
                        .call("proposalSubmit", Map.of())
                        .statusCode())
                .isEqualTo(401);
    }
}
