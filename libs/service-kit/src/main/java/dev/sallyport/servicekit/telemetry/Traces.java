package dev.sallyport.servicekit.telemetry;

import io.micrometer.tracing.Span;
import io.micrometer.tracing.TraceContext;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.propagation.Propagator;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/** Carries the W3C trace context over what is not HTTP: outbox rows and Kafka records. */
public final class Traces {
    /** Header and column name (W3C Trace Context, section 3.2). */
    public static final String TRACEPARENT = "traceparent";

    private static final String PROPOSAL = "proposal_id";

    private final @Nullable Tracer tracer;
    private final @Nullable Propagator propagator;

    /** Without tracer or propagator nothing is traced. */
    public Traces(@Nullable Tracer tracer, @Nullable Propagator propagator) {
        this.tracer = tracer;
        this.propagator = propagator;
    }

    /** What can be closed without an exception. */
    public interface Scope extends AutoCloseable {
        @Override
        void close();
    }

    /** The {@code traceparent} of the present span; null outside a trace. */
    public @Nullable String current() {
        if (tracer == null || propagator == null) {
            return null;
        }
        TraceContext context = tracer.currentTraceContext().context();
        if (context == null) {
            return null;
        }
        Map<String, String> carrier = new HashMap<>();
        propagator.inject(context, carrier, (map, key, value) -> {
            if (map != null) {
                map.put(key, value);
            }
        });
        return carrier.get(TRACEPARENT);
    }

    /**
     * The {@code traceparent} under which something about a call goes on: the present span where it belongs to the call's
     * trace, else where the call's trace began. An approver's browser or a node's delivery has a trace of its own.
     *
     * @param ofCall the call's, as its first statement says; null where it says none
     */
    public @Nullable String within(@Nullable String ofCall) {
        String current = current();
        return ofCall == null || (current != null && traceId(current).equals(traceId(ofCall))) ? current : ofCall;
    }

    /** The 32 digits behind the version (W3C Trace Context, section 3.2.2). */
    private static String traceId(String traceparent) {
        return traceparent.length() < 35 ? traceparent : traceparent.substring(3, 35);
    }

    /** Goes on with a trace that came from elsewhere, until the scope is closed. */
    public Scope resume(@Nullable String traceparent, String spanName) {
        if (tracer == null || propagator == null || traceparent == null) {
            return () -> {};
        }
        Span span = propagator
                .extract(Map.of(TRACEPARENT, traceparent), (map, key) -> map == null ? null : map.get(key))
                .name(spanName)
                .start();
        Tracer.SpanInScope scope = tracer.withSpan(span);
        return () -> {
            scope.close();
            span.end();
        };
    }

    /** Puts the proposal's id into every log line until the scope is closed; null puts nothing. */
    public static Scope proposal(@Nullable String proposalId) {
        if (proposalId == null) {
            return () -> {};
        }
        MDC.MDCCloseable closeable = MDC.putCloseable(PROPOSAL, proposalId);
        return closeable::close;
    }
}
