package dev.sallyport.policy.app;

import dev.sallyport.policy.PolicyService;
import dev.sallyport.servicekit.connector.TwoConnectors;
import dev.sallyport.testkit.Client;
import dev.sallyport.testkit.EmptyDenylist;
import dev.sallyport.testkit.TestFleet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** policy-service of the test fleet, running on real PostgreSQL and Kafka, with its first workspace. */
public final class RunningPolicyService implements AutoCloseable {
    public static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Client NOBODY = Client.anonymous();
    private static final Client OWNER = Client.of("owner");

    private final Map<String, String> properties;
    private final ConfigurableApplicationContext context;
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
        properties = new HashMap<>(TestFleet.shared().properties("policy-service"));
        properties.put("logging.structured.format.console", "");
        // Many tests of many modules share the machine: a burst may queue for long.
        properties.put("spring.datasource.hikari.connection-timeout", "80000");
        properties.putAll(more);
        EmptyDenylist.leaveIn(
                Path.of(properties.get("sallyport.state.dir")),
                TestFleet.shared().identity("vault-service"));
        var application = new SpringApplication(Neighbours.class, PolicyService.class);
        // Spring's hook would close it beside its database; who started it closes it.
        application.setRegisterShutdownHook(false);
        context = application.run(properties.entrySet().stream()
                .map(e -> "--" + e.getKey() + "=" + e.getValue())
                .toArray(String[]::new));
        Answer bootstrapped = owner("POST", "/v1/bootstrap", "{}");
        if (bootstrapped.status() != 200) {
            throw new IllegalStateException(bootstrapped.status() + " " + bootstrapped.body());
        }
        workspaceId = bootstrapped.body().path("workspace_id").asString();
        signInToken = bootstrapped.body().path("sign_in_token").asString();
    }

    public String workspaceId() {
        return workspaceId;
    }

    public String signInToken() {
        return signInToken;
    }

    public ConfigurableApplicationContext context() {
        return context;
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    public Neighbours.Control control() {
        return bean(Neighbours.Control.class);
    }

    public JdbcClient jdbc() {
        return bean(JdbcClient.class);
    }

    /** A call of the owner's device over the internal connector. */
    public Answer owner(String method, String path, @Nullable String body) {
        return send(OWNER, internal(path), method, body);
    }

    /** A call of a workload of the test fleet over the internal connector. */
    public Answer as(String identity, String method, String path, @Nullable String body) {
        return send(Client.of(identity), internal(path), method, body);
    }

    /** A call with a token over the public connector. */
    public Answer with(String token, String method, String path, @Nullable String body, String... headers) {
        List<String> all = new ArrayList<>(List.of(headers));
        all.addAll(List.of("Authorization", "Bearer " + token));
        return send(NOBODY, open(path), method, body, all.toArray(String[]::new));
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

    /** Gives out a token. */
    public String token(String kind, String name, String more) {
        Answer issued = owner("POST", "/v1/tokens", "{\"kind\":\"%s\",\"name\":\"%s\"%s}".formatted(kind, name, more));
        require(issued, 201);
        return issued.body().path("token").asString();
    }

    /** Proposes a call. */
    public Answer propose(String token, String body, String... headers) {
        return with(token, "POST", "/v1/proposals", body, headers);
    }

    /** Waits for a call's end. */
    public Answer ended(String token, String id) {
        return with(token, "GET", "/v1/proposals/" + id + "?wait=15", null);
    }

    public String internal(String path) {
        return "https://localhost:"
                + Objects.requireNonNull(((WebServerApplicationContext) context).getWebServer())
                        .getPort()
                + path;
    }

    public String open(String path) {
        return "http://localhost:" + bean(TwoConnectors.class).publicPort() + path;
    }

    private static void require(Answer answer, int status) {
        if (answer.status() != status) {
            throw new IllegalStateException(answer.status() + " " + answer.body());
        }
    }

    private static Answer send(Client client, String url, String method, @Nullable String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(java.net.URI.create(url));
        if (headers.length > 0) {
            request.headers(headers);
        }
        if (body == null) {
            request.method(method, HttpRequest.BodyPublishers.noBody());
        } else {
            request.header("Content-Type", "application/json")
                    .method(method, HttpRequest.BodyPublishers.ofByteArray(body.getBytes(StandardCharsets.UTF_8)));
        }
        try {
            HttpResponse<String> response = client.send(request);
            JsonNode json = response.body().isEmpty() ? JSON.createObjectNode() : JSON.readTree(response.body());
            return new Answer(response.statusCode(), json, response);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        context.close();
    }
}
