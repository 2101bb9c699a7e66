package dev.sallyport.servicekit.access;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.sallyport.servicekit.identity.FleetClients;
import java.util.Map;
import org.springframework.web.client.RestClientException;

/** Asks policy-service whether something may be done (OpenID AuthZEN Authorization API 1.0, access evaluation). */
public final class AccessEvaluation {
    private final FleetClients fleet;

    /** Through the fleet's clients. */
    public AccessEvaluation(FleetClients fleet) {
        this.fleet = fleet;
    }

    /**
     * A subject or resource.
     *
     * @param type for example {@code secret}
     * @param id its id within the type
     * @param properties what the policies may look at
     */
    public record Entity(
            @JsonProperty("type") String type,
            @JsonProperty("id") String id,
            @JsonProperty("properties") Map<String, Object> properties) {}

    /**
     * The answer.
     *
     * @param permitted whether it may be done
     * @param context why, in policy-service's words: codes and rule ids
     */
    public record Decision(boolean permitted, Map<String, Object> context) {}

    record Action(@JsonProperty("name") String name) {}

    record Question(
            @JsonProperty("subject") Entity subject,
            @JsonProperty("action") Action action,
            @JsonProperty("resource") Entity resource,
            @JsonProperty("context") Map<String, Object> context) {}

    record Answer(
            @JsonProperty("decision") boolean decision,

            @JsonProperty("context") @org.jspecify.annotations.Nullable
            Map<String, Object> context) {}

    /**
     * The decision on one question.
     *
     * @throws IntrospectionUnavailableException when nobody can answer now; that is not a permission
     */
    public Decision ask(Entity subject, String action, Entity resource, Map<String, Object> context) {
        try {
            Answer answer = fleet.client("policy-service")
                    .post()
                    .uri("/access/v1/evaluation")
                    .body(new Question(subject, new Action(action), resource, context))
                    .retrieve()
                    .body(Answer.class);
            if (answer == null) {
                throw new IntrospectionUnavailableException(null);
            }
            return new Decision(answer.decision(), answer.context() == null ? Map.of() : answer.context());
        } catch (RestClientException e) {
            throw new IntrospectionUnavailableException(e);
        }
    }
}
