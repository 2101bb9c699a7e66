package dev.sallyport.policy.app;

import dev.sallyport.policy.PolicyService;
import dev.sallyport.servicetest.RunningService;
import dev.sallyport.servicetest.api.WatchedExchanges;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** policy-service of the test fleet, running on real PostgreSQL and Kafka, with its first workspace. */
public final class RunningPolicyService extends RunningService {
    public static final JsonMapper JSON = JsonMapper.builder().build();

    private final String workspaceId;
    private final String signInToken;

    /** An answer over HTTP. */
    public record Answer(int status, JsonNode body, HttpResponse<String> response) {
        public String code() {
            return body.path("code").asString("");
        }

        public String id() {
            return body.path("proposal_id").asString("");
        }

        public String state() {
            JsonNode state = body.path("state");
            return String.join(
                    " ",
                    List.of(
                                    state.path("phase").asString(""),
                                    state.path("outcome").asString(""),
                                    state.path("code").asString(""))
                            .stream()
                            .filter(part -> !part.isEmpty())
                            .toList());
        }
    }

    /** Starts it with a database and topics of its own. */
    public static RunningPolicyService start(Map<String, String> more) {
        return new RunningPolicyService(more);
    }

    private RunningPolicyService(Map<String, String> more) {
        super(configuration(more), Neighbours.class, PolicyService.class);
        WatchedExchanges.of(this);
        Answer bootstrapped = owner("POST", "/v1/bootstrap", "{}");
        if (bootstrapped.status() != 200) {
            throw new IllegalStateException(bootstrapped.status() + " " + bootstrapped.body());
        }
        workspaceId = bootstrapped.body().path("workspace_id").asString();
        signInToken = bootstrapped.body().path("sign_in_token").asString();
    }

    private static Map<String, String> configuration(Map<String, String> more) {
        Map<String, String> properties = properties(
                "policy-service",
                Map.of(
                        "logging.structured.format.console", "",
                        "sallyport.fleet.approval-public-url", "https://approval.example",
                        // Many tests of many modules share the machine: a burst may queue for long.
                        "spring.datasource.hikari.connection-timeout", "80000"));
        properties.putAll(more);
        return properties;
    }

    public String workspaceId() {
        return workspaceId;
    }

    public String signInToken() {
        return signInToken;
    }

    public Neighbours.Control control() {
        return bean(Neighbours.Control.class);
    }

    public Neighbours.Questions questions() {
        return bean(Neighbours.Questions.class);
    }

    public Neighbours.Vault vault() {
        return bean(Neighbours.Vault.class);
    }

    /** A call of the owner's device over the internal connector. */
    public Answer owner(String method, String path, @Nullable String body) {
        return as("owner", method, path, body);
    }

    /** A call of a workload of the test fleet over the internal connector. */
    public Answer as(String identity, String method, String path, @Nullable String body, String... headers) {
        return answer(internally(identity, method, path, body, headers));
    }

    /** A call with a token over the public connector. */
    public Answer with(String token, String method, String path, @Nullable String body, String... headers) {
        return answer(withToken(token, method, path, body, headers));
    }

    /** Makes a person a member and gives out a token of theirs. */
    public String person(String name, String... roles) {
        Answer member = owner(
                "POST",
                "/v1/members",
                "{\"principal\":\"person:%s\",\"roles\":%s}".formatted(name, JSON.writeValueAsString(roles)));
        require(member, 200);
        return token("person", name, "");
    }

    /** Gives out a token of an agent. */
    public String agent(String name) {
        return token("agent", name, "");
    }

    /** Gives out a token. Tests ask faster than agents do. */
    public String token(String kind, String name, String more) {
        return tokenOfRate(100_000, kind, name, more);
    }

    /** Gives out a token that may make only so many requests in a minute. */
    public String tokenOfRate(int requestsPerMinute, String kind, String name, String more) {
        Answer issued = owner(
                "POST",
                "/v1/tokens",
                "{\"kind\":\"%s\",\"name\":\"%s\",\"requests_per_minute\":%d%s}"
                        .formatted(kind, name, requestsPerMinute, more));
        require(issued, 201);
        return issued.body().path("token").asString();
    }

    /** The session of a person of this workspace who has signed in at the console. */
    public String session(String name) {
        return bean(Neighbours.Sessions.class).signIn(workspaceId, "person:" + name);
    }

    /** Changes the workspace's configuration; a second person confirms what opens something. */
    public void configure(String config) {
        int version = owner("GET", "/v1/config", null).body().path("version").asInt();
        Answer answer = owner("PUT", "/v1/config", config.replaceFirst("\"version\":[0-9]+", "\"version\":" + version));
        confirmed(answer);
    }

    /** Switches features on, beside those that are on already; a second person confirms it where one is needed. */
    public void enable(String... features) {
        JsonNode now = owner("GET", "/v1/features", null).body();
        Set<String> enabled = new TreeSet<>(List.of(features));
        now.path("features").forEach(feature -> {
            if (feature.path("enabled").asBoolean()) {
                enabled.add(feature.path("name").asString());
            }
        });
        String update =
                JSON.writeValueAsString(Map.of("version", now.path("version").asInt(), "enabled", enabled));
        confirmed(owner("PUT", "/v1/features", update));
    }

    private void confirmed(Answer answer) {
        if (answer.status() == 202) {
            String second = person("second-pair-of-eyes", "admin");
            String id = answer.body().path("change_id").asString();
            require(with(second, "POST", "/v1/config/changes/" + id + ":confirm", null), 200);
        } else {
            require(answer, 200);
        }
    }

    /** Proposes a call. */
    public Answer propose(String token, String body, String... headers) {
        return with(token, "POST", "/v1/proposals", body, headers);
    }

    /** Waits for a call's end. */
    public Answer ended(String token, String id) {
        return with(token, "GET", "/v1/proposals/" + id + "?wait=15", null);
    }

    private static void require(Answer answer, int status) {
        if (answer.status() != status) {
            throw new IllegalStateException(answer.status() + " " + answer.body());
        }
    }

    private static Answer answer(HttpResponse<String> response) {
        JsonNode json = response.body().isEmpty() ? JSON.createObjectNode() : JSON.readTree(response.body());
        return new Answer(response.statusCode(), json, response);
    }
}
