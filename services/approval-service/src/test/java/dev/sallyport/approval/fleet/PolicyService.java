package dev.sallyport.approval.fleet;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.connector.ApiTokens;
import dev.sallyport.testkit.Client;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * policy-service as far as approval-service asks it anything: who somebody is, and whom a sign-in code signs in. It
 * speaks the contract over the fleet's mTLS with policy-service's own certificate.
 */
public final class PolicyService implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final List<String> OPERATOR =
            List.of(Permission.APPROVAL_READ.code(), Permission.APPROVAL_RESOLVE.code(), Permission.LEDGER_READ.code());

    private final HttpsServer server;
    private final Map<String, Map<String, Object>> people = new ConcurrentHashMap<>();
    private final Map<String, String> tokens = new ConcurrentHashMap<>();
    private final Map<String, String> devices = new ConcurrentHashMap<>();
    private final Map<String, String> codes = new ConcurrentHashMap<>();
    private final Set<String> keyCodes = ConcurrentHashMap.newKeySet();
    private final Map<String, String> results = new ConcurrentHashMap<>();
    private final SecureRandom random = new SecureRandom();

    /** Starts it on a free port. */
    public PolicyService() {
        try {
            server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setHttpsConfigurator(
                new HttpsConfigurator(Client.of("policy-service").tls()) {
                    @Override
                    public void configure(HttpsParameters parameters) {
                        SSLParameters tls = getSSLContext().getDefaultSSLParameters();
                        tls.setNeedClientAuth(true);
                        parameters.setSSLParameters(tls);
                    }
                });
        server.createContext("/internal/v1/introspect", this::introspect);
        server.createContext("/internal/v1/sign-in-tokens:redeem", this::redeem);
        server.createContext("/internal/v1/proposals/", this::result);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    /** Its internal base URL. */
    public String url() {
        return "https://localhost:" + server.getAddress().getPort();
    }

    /** Makes somebody known who may read and answer approval requests. */
    public void operator(String workspaceId, String principal) {
        member(workspaceId, principal, Set.of("operator"), OPERATOR);
    }

    /** Makes somebody known. */
    public void member(String workspaceId, String principal, Set<String> roles, List<String> permissions) {
        Map<String, Object> person = new LinkedHashMap<>();
        person.put("active", true);
        person.put("kind", principal.substring(0, principal.indexOf(':')));
        person.put("principal", principal);
        person.put("workspace_id", workspaceId);
        person.put("roles", roles);
        person.put("permissions", permissions);
        person.put("accountable", List.of());
        person.put("channels", List.of("api"));
        people.put(key(workspaceId, principal), person);
    }

    /** Makes an agent known. */
    public void agent(String workspaceId, String principal) {
        member(workspaceId, principal, Set.of("agent"), List.of());
    }

    /** Freezes somebody who is known. */
    public void freeze(String workspaceId, String principal) {
        Map<String, Object> frozen =
                new LinkedHashMap<>(Objects.requireNonNull(people.get(key(workspaceId, principal))));
        frozen.put("frozen", true);
        people.put(key(workspaceId, principal), frozen);
    }

    /** Makes somebody unknown again. */
    public void remove(String workspaceId, String principal) {
        people.remove(key(workspaceId, principal));
    }

    /** A personal or an agent's token. */
    public String token(String workspaceId, String principal) {
        String token = ApiTokens.mint(principal.startsWith("person:") ? ApiTokens.PERSON : ApiTokens.AGENT, random);
        tokens.put(token, key(workspaceId, principal));
        return token;
    }

    /** Binds a device's certificate to somebody. */
    public void device(String spiffeId, String workspaceId, String principal) {
        devices.put(spiffeId, key(workspaceId, principal));
    }

    /** A one-time sign-in code. */
    public String signInCode(String workspaceId, String principal) {
        String code = "sp_lnk_" + new java.math.BigInteger(200, random).toString(36);
        codes.put(code, key(workspaceId, principal));
        return code;
    }

    /** A one-time sign-in code with which a person may also make a key. */
    public String keyCode(String workspaceId, String principal) {
        String code = signInCode(workspaceId, principal);
        keyCodes.add(code);
        return code;
    }

    /** Keeps what came out of a call, for whoever asks as this principal. */
    public void result(AskedCall call, String principal, String json) {
        results.put(call.proposalId + " " + key(call.workspaceId, principal), json);
    }

    private void result(HttpExchange exchange) throws IOException {
        String id = exchange.getRequestURI().getPath().split("/", -1)[4];
        Map<String, String> asked = new LinkedHashMap<>();
        for (String parameter : exchange.getRequestURI().getQuery().split("&", -1)) {
            asked.put(parameter.substring(0, parameter.indexOf('=')), parameter.substring(parameter.indexOf('=') + 1));
        }
        String result = results.get(id + " " + key(asked.get("workspace_id"), asked.get("principal")));
        byte[] body = (result == null ? "{}" : result).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(result == null ? 404 : 200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private void introspect(HttpExchange exchange) throws IOException {
        JsonNode question = JSON.readTree(exchange.getRequestBody().readAllBytes());
        String key = question.has("token")
                ? tokens.get(question.get("token").stringValue())
                : question.has("spiffe_id")
                        ? devices.get(question.get("spiffe_id").stringValue())
                        : key(
                                question.get("workspace_id").stringValue(),
                                question.get("principal").stringValue());
        answer(exchange, key);
    }

    private void redeem(HttpExchange exchange) throws IOException {
        JsonNode question = JSON.readTree(exchange.getRequestBody().readAllBytes());
        String code = question.get("token").stringValue();
        answer(exchange, codes.remove(code), keyCodes.remove(code));
    }

    private void answer(HttpExchange exchange, @Nullable String key) throws IOException {
        answer(exchange, key, false);
    }

    private void answer(HttpExchange exchange, @Nullable String key, boolean enrolsKey) throws IOException {
        Map<String, Object> person = key == null ? null : people.get(key);
        if (person != null && enrolsKey) {
            person = new LinkedHashMap<>(person);
            person.put("enrols_key", true);
        }
        byte[] body = JSON.writeValueAsBytes(person == null ? Map.of("active", false) : person);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static String key(@Nullable String workspaceId, @Nullable String principal) {
        return workspaceId + " " + principal;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
