package dev.sallyport.e2e.journey;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sallyport.e2e.harness.Api;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A model that is played: it speaks OpenAI's chat completions, answers each request with the next of its messages, and
 * keeps what it was asked. It is the only part of an agent's world that is not real here.
 */
final class ScriptedModel implements AutoCloseable {
    private final HttpServer server;
    private final Iterator<String> script;
    private final List<JsonNode> requests = new CopyOnWriteArrayList<>();

    private ScriptedModel(HttpServer server, List<String> messages) {
        this.server = server;
        this.script = messages.iterator();
    }

    /** Starts on a free port of the loopback. Each message is an assistant's, as JSON. */
    static ScriptedModel answering(String... messages) {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            ScriptedModel model = new ScriptedModel(server, List.of(messages));
            server.createContext("/v1/chat/completions", model::answer);
            server.start();
            return model;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        requests.add(Api.JSON.readTree(exchange.getRequestBody().readAllBytes()));
        ObjectNode completion = Api.JSON.createObjectNode();
        completion
                .put("id", "chatcmpl-" + requests.size())
                .put("object", "chat.completion")
                .put("created", 0);
        completion.put("model", requests.getLast().path("model").asString());
        // One more request than messages is a bug of the loop: the client reports the status.
        int status = script.hasNext() ? 200 : 400;
        if (script.hasNext()) {
            ObjectNode choice = completion.putArray("choices").addObject().put("index", 0);
            JsonNode message = Api.JSON.readTree(script.next());
            choice.put("finish_reason", message.has("tool_calls") ? "tool_calls" : "stop");
            choice.set("message", message);
        }
        byte[] body = completion.toString().getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.length);
        try (exchange) {
            exchange.getResponseBody().write(body);
        }
    }

    /** What {@code OPENAI_BASE_URL} is for this model. */
    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
    }

    /** The bodies of the requests so far, in their order. */
    List<JsonNode> requests() {
        return requests;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
