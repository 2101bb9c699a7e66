package dev.sallyport.testkit.http;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.zip.GZIPInputStream;

/**
 * Receives traces as a collector does: OTLP over HTTP, binary protobuf (opentelemetry-proto,
 * {@code collector/trace/v1/trace_service.proto}). Reads of them what a test asks for.
 */
public final class OtlpCollector implements AutoCloseable {
    private final HttpServer server;
    private final List<Span> spans = new CopyOnWriteArrayList<>();
    private final List<byte[]> bodies = new CopyOnWriteArrayList<>();

    /**
     * A span.
     *
     * @param service {@code service.name} of the resource
     * @param traceId 32 hexadecimal digits
     * @param name the span's name
     */
    public record Span(String service, String traceId, String name) {}

    /** Listens on a free port of the loopback address. */
    public OtlpCollector() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/v1/traces", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            if ("gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"))) {
                body = new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes();
            }
            boolean protobuf =
                    "application/x-protobuf".equals(exchange.getRequestHeaders().getFirst("Content-Type"));
            if (protobuf) {
                bodies.add(body);
                read(body);
            }
            exchange.sendResponseHeaders(protobuf ? 200 : 415, -1);
            exchange.close();
        });
        server.start();
    }

    /** What services are configured with. */
    public String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1/traces";
    }

    /** All spans so far. */
    public List<Span> spans() {
        return List.copyOf(spans);
    }

    /** Whether these characters came in any request. */
    public boolean heard(String text) {
        return bodies.stream().anyMatch(body -> new String(body, StandardCharsets.ISO_8859_1).contains(text));
    }

    @Override
    public void close() {
        server.stop(0);
    }

    /** ExportTraceServiceRequest: resource_spans = 1. ResourceSpans: resource = 1, scope_spans = 2; ScopeSpans: spans = 2. */
    private void read(byte[] request) {
        fields(request, (field, resourceSpans) -> {
            if (field != 1) {
                return;
            }
            String[] service = {""};
            List<byte[]> found = new ArrayList<>();
            fields(resourceSpans, (part, content) -> {
                if (part == 1) {
                    fields(content, (_, attribute) -> serviceName(attribute, service));
                } else if (part == 2) {
                    fields(content, (inner, span) -> {
                        if (inner == 2) {
                            found.add(span);
                        }
                    });
                }
            });
            found.forEach(span -> spans.add(span(service[0], span)));
        });
    }

    /** KeyValue: key = 1, value = 2; AnyValue: string_value = 1. */
    private static void serviceName(byte[] attribute, String[] service) {
        String[] key = {""};
        fields(attribute, (field, content) -> {
            if (field == 1) {
                key[0] = new String(content, StandardCharsets.UTF_8);
            } else if (field == 2 && key[0].equals("service.name")) {
                fields(content, (_, value) -> service[0] = new String(value, StandardCharsets.UTF_8));
            }
        });
    }

    /** Span: trace_id = 1, name = 5. */
    private static Span span(String service, byte[] bytes) {
        String[] read = {"", ""};
        fields(bytes, (field, content) -> {
            if (field == 1) {
                read[0] = HexFormat.of().formatHex(content);
            } else if (field == 5) {
                read[1] = new String(content, StandardCharsets.UTF_8);
            }
        });
        return new Span(service, read[0], read[1]);
    }

    /** The length-delimited fields of a message; others are passed over (protobuf encoding, "Message structure"). */
    private static void fields(byte[] message, BiConsumer<Integer, byte[]> each) {
        ByteBuffer in = ByteBuffer.wrap(message);
        while (in.hasRemaining()) {
            long tag = varint(in);
            switch ((int) (tag & 7)) {
                case 0 -> varint(in);
                case 1 -> in.position(in.position() + 8);
                case 2 -> {
                    byte[] content = new byte[(int) varint(in)];
                    in.get(content);
                    each.accept((int) (tag >>> 3), content);
                }
                case 5 -> in.position(in.position() + 4);
                default -> throw new IllegalArgumentException("no protobuf wire type: " + (tag & 7));
            }
        }
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            byte next = in.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("no protobuf integer");
    }
}
