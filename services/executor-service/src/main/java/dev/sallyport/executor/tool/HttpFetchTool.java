package dev.sallyport.executor.tool;

import dev.sallyport.arguments.host.HostRefusedException;
import dev.sallyport.arguments.host.WebAddress;
import dev.sallyport.executor.egress.EgressRefusedException;
import dev.sallyport.executor.egress.EgressRefusedException.Reason;
import dev.sallyport.executor.egress.Gateway;
import dev.sallyport.executor.egress.HostAccess;
import dev.sallyport.executor.egress.WebFetch;
import dev.sallyport.executor.egress.WebFetch.Fetched;
import dev.sallyport.executor.egress.WebFetch.Wanted;
import dev.sallyport.executor.egress.http.MessageHead;
import dev.sallyport.executor.egress.http.MessageHead.Field;
import dev.sallyport.executor.sandbox.KillCause;
import dev.sallyport.executor.sandbox.Quota;
import dev.sallyport.executor.sandbox.ToolFailure.EgressDenied;
import dev.sallyport.executor.sandbox.ToolFailure.InvalidInput;
import dev.sallyport.executor.sandbox.ToolFailure.QuotaExceeded;
import dev.sallyport.executor.sandbox.ToolFailure.SecretElsewhere;
import dev.sallyport.executor.sandbox.call.EnforcementFacts;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.predicate.ToolExecuted.Fact;
import dev.sallyport.statements.vocabulary.EgressEnforcementMode;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** {@code http.fetch}: one request to the web by the node's own code, to hosts that the permit names. */
public final class HttpFetchTool implements Tool {
    /** Its name. */
    static final String NAME = "http.fetch";

    private static final Set<String> METHODS = Set.of("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE");

    /** What the node says itself, or what is about one connection. */
    private static final Set<String> NOT_GIVEN = Set.of(
            "host",
            "connection",
            "content-length",
            "transfer-encoding",
            "te",
            "trailer",
            "upgrade",
            "keep-alive",
            "expect",
            "accept-encoding",
            "proxy-authorization",
            "proxy-connection",
            "http2-settings");

    private static final int MOST_KEPT = 192 << 10;

    private static final int USUALLY_KEPT = 64 << 10;

    private static final int MOST_REDIRECTS = 10;

    private static final int MOST_TOLD_FIELDS = 64;

    private final Gateway gateway;
    private final Clock clock;

    /** Reaches the web that way. */
    public HttpFetchTool(Gateway gateway, Clock clock) {
        this.gateway = gateway;
        this.clock = clock;
    }

    @Override
    public RunningTool start(ToolCall call) {
        Wanted wanted = wanted(call);
        if (call.terms().egress().mode() != EgressEnforcementMode.STRICT) {
            throw new EgressDenied("The permit does not hold the network: http.fetch needs egress strict.");
        }
        HostAccess access = gateway.access(call.terms().egress());
        BuiltInRun run = new BuiltInRun(
                call,
                Digest.of((NAME + " " + call.tool().version()).getBytes(StandardCharsets.UTF_8)),
                () -> outputs(call, fetched(call, access, wanted), wanted),
                () -> facts(call, access),
                clock);
        return new Closing(run, access);
    }

    /** Ends the connections with the call. */
    private record Closing(RunningTool run, HostAccess access) implements RunningTool {
        @Override
        public void kill(KillCause cause) {
            run.kill(cause);
            access.close();
        }

        @Override
        public ToolResult await() throws InterruptedException {
            try (access) {
                return run.await();
            }
        }
    }

    private static Fetched fetched(ToolCall call, HostAccess access, Wanted wanted)
            throws BuiltInRun.CallFailedException {
        try {
            return new WebFetch(access, call.secrets()).fetch(wanted);
        } catch (EgressRefusedException e) {
            if (e.reason() == Reason.SECRET_ELSEWHERE) {
                throw new SecretElsewhere();
            }
            throw new BuiltInRun.CallFailedException(e.reason().name(), e.detail());
        }
    }

    private static List<Fact> facts(ToolCall call, HostAccess access) {
        List<Fact> facts = new ArrayList<>();
        facts.add(EnforcementFacts.enforced("code", "the node's own, no process"));
        facts.add(EnforcementFacts.enforced(
                "egress", "strict: the node connects to permitted hosts at public addresses"));
        facts.addAll(DeliveredSecrets.facts(call.terms().secrets()));
        facts.addAll(access.facts());
        return facts;
    }

    private static Wanted wanted(ToolCall call) {
        ToolArguments arguments = new ToolArguments(
                call.arguments(), Set.of("url", "method", "headers", "body", "encoding", "redirects", "max_bytes"));
        String method = arguments.optionalText("method");
        method = method == null ? "GET" : method;
        if (!METHODS.contains(method)) {
            throw new InvalidInput("method: must be GET, HEAD, OPTIONS, POST, PUT, PATCH or DELETE.");
        }
        WebAddress address;
        try {
            address = WebAddress.parse(arguments.text("url"));
        } catch (HostRefusedException e) {
            throw new InvalidInput("url: " + e.detail());
        }
        return new Wanted(
                method,
                address,
                fields(arguments),
                body(arguments),
                arguments.number("redirects", 5, MOST_REDIRECTS),
                call.terms().limits().outputBytes(),
                arguments.number("max_bytes", USUALLY_KEPT, MOST_KEPT));
    }

    private static List<Field> fields(ToolArguments arguments) {
        List<Field> fields = new ArrayList<>();
        for (Map.Entry<String, String> header : arguments.textsByName("headers").entrySet()) {
            String name = header.getKey();
            if (!MessageHead.isName(name) || NOT_GIVEN.contains(name.toLowerCase(Locale.ROOT))) {
                throw new InvalidInput("headers: a request may not set the field " + name + ".");
            }
            try {
                fields.add(new Field(name, header.getValue()));
            } catch (IllegalArgumentException _) {
                throw new InvalidInput("headers: the value of " + name + " has a character that no field can have.");
            }
        }
        if (fields.stream().noneMatch(field -> field.is("user-agent"))) {
            fields.add(new Field("User-Agent", "sallyport"));
        }
        return fields;
    }

    private static byte[] body(ToolArguments arguments) {
        String body = arguments.optionalText("body");
        String encoding = arguments.optionalText("encoding");
        try {
            return switch (encoding == null ? "utf-8" : encoding) {
                case "utf-8" -> body == null ? new byte[0] : body.getBytes(StandardCharsets.UTF_8);
                case "base64" ->
                    body == null ? new byte[0] : Base64.getDecoder().decode(body);
                default -> throw new InvalidInput("encoding: must be utf-8 or base64.");
            };
        } catch (IllegalArgumentException _) {
            throw new InvalidInput("body: is not standard base64.");
        }
    }

    private static List<ToolResult.Output> outputs(ToolCall call, Fetched fetched, Wanted wanted) {
        if (fetched.totalBytes() > wanted.mostBytes()) {
            throw new QuotaExceeded(
                    Quota.OUTPUT,
                    "The response is longer than " + wanted.mostBytes() + " bytes, which the permit allows.");
        }
        Map<String, Object> value = new TreeMap<>();
        value.put("status", fetched.status());
        value.put("url", call.secrets().redaction().of(fetched.address().toString()));
        value.put("redirects", fetched.redirects());
        value.put("bytes", fetched.totalBytes());
        value.put("sha256", fetched.digest());
        String type = fetched.field("content-type");
        if (type != null) {
            value.put("media_type", type);
        }
        Map<String, String> headers = new TreeMap<>();
        fetched.fields().stream()
                .limit(MOST_TOLD_FIELDS)
                .forEach(field -> headers.merge(
                        field.name().toLowerCase(Locale.ROOT), field.value(), (one, other) -> one + ", " + other));
        value.put("headers", headers);
        return List.of(
                ToolJson.value(value),
                new ToolResult.Output(
                        "stdout",
                        fetched.body(),
                        new byte[0],
                        fetched.totalBytes(),
                        fetched.body().length < fetched.totalBytes() ? fetched.digest() : null));
    }
}
