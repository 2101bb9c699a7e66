package dev.sallyport.executor.node;

import dev.sallyport.executor.doctor.DoctorReport;
import dev.sallyport.executor.egress.EgressObserver;
import dev.sallyport.executor.egress.EgressRefusedException.Reason;
import dev.sallyport.servicekit.telemetry.Gauges;
import dev.sallyport.statements.vocabulary.CallOutcome;
import dev.sallyport.statements.vocabulary.Tier;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** What a node counts. See docs/metrics.md. */
final class NodeMetrics {
    private final Timer starts;
    private final Timer redemptions;
    private final Counter reached;
    private final Counter sent;
    private final Counter received;
    private final Map<Reason, Counter> refused = new EnumMap<>(Reason.class);
    private final Map<CallOutcome, Counter> results = new EnumMap<>(CallOutcome.class);
    private final Map<Tier, Counter> failedProofs = new EnumMap<>(Tier.class);

    NodeMetrics(MeterRegistry metrics) {
        this.starts = Timer.builder("sallyport.node.start")
                .description("from a verified claim to the tool running in its sandbox")
                .serviceLevelObjectives(
                        Duration.ofMillis(5),
                        Duration.ofMillis(20),
                        Duration.ofMillis(50),
                        Duration.ofMillis(100),
                        Duration.ofMillis(250),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(5))
                .register(metrics);
        this.redemptions = Timer.builder("sallyport.node.redemption")
                .description("until a call's secrets are here, all of them")
                .serviceLevelObjectives(
                        Duration.ofMillis(5),
                        Duration.ofMillis(20),
                        Duration.ofMillis(50),
                        Duration.ofMillis(100),
                        Duration.ofMillis(250),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(5))
                .register(metrics);
        this.reached = Counter.builder("sallyport.node.egress.connections")
                .description("connections of calls to hosts")
                .register(metrics);
        this.sent = bytes(metrics, "sent");
        this.received = bytes(metrics, "received");
        for (Reason reason : Reason.values()) {
            refused.put(
                    reason,
                    Counter.builder("sallyport.node.egress.refused")
                            .tag("reason", reason.name())
                            .description("connections and requests of calls that were not let through")
                            .register(metrics));
        }
        for (CallOutcome outcome : CallOutcome.values()) {
            results.put(
                    outcome,
                    Counter.builder("sallyport.node.results")
                            .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                            .description("results that this node has testified")
                            .register(metrics));
        }
        for (Tier tier : Tier.values()) {
            failedProofs.put(
                    tier,
                    Counter.builder("sallyport.node.proof.failures")
                            .tag("tier", tier.name())
                            .description("examinations of this host that did not prove the tier")
                            .register(metrics));
        }
    }

    private static Counter bytes(MeterRegistry metrics, String direction) {
        return Counter.builder("sallyport.node.egress.bytes")
                .tag("direction", direction)
                .description("bytes over connections of calls to hosts")
                .register(metrics);
    }

    /** What is to be told of what calls do on the network. */
    EgressObserver network() {
        return new EgressObserver() {
            @Override
            public void reached() {
                reached.increment();
            }

            @Override
            public void moved(long outward, long inward) {
                sent.increment((double) outward);
                received.increment((double) inward);
            }

            @Override
            public void refused(Reason reason) {
                Objects.requireNonNull(refused.get(reason)).increment();
            }
        };
    }

    /** A call's secrets are here. */
    void redeemed(long nanos) {
        redemptions.record(Duration.ofNanos(nanos));
    }

    /** A tool has started. */
    void started(long nanos) {
        starts.record(Duration.ofNanos(nanos));
    }

    /** A call has a result. */
    void ended(CallOutcome outcome) {
        Objects.requireNonNull(results.get(outcome)).increment();
    }

    /** This host has been examined. */
    void examined(DoctorReport report) {
        for (Tier tier : Tier.values()) {
            if (!report.offers(tier)) {
                Objects.requireNonNull(failedProofs.get(tier)).increment();
            }
        }
    }

    /** What holds now. */
    static void read(Gauges gauges, CallRunner runner, int capacity, ProvenTiers tiers, ResultSpool spool)
            throws IOException {
        gauges.set("sallyport.node.running", "calls that run here", runner.count());
        gauges.set("sallyport.node.capacity", "calls that may run here at once", capacity);
        gauges.set("sallyport.node.ready", "sandboxes that wait for a call", tiers.waiting());
        gauges.set(
                "sallyport.node.spool",
                "results that control has not confirmed",
                spool.waiting().size());
        gauges.set(
                "sallyport.node.spool.refused",
                "results that control refused and that lie aside",
                spool.refused().size());
        for (Tier tier : Tier.values()) {
            gauges.set(
                    "sallyport.node.tier.proven",
                    "1 where this host has proven the tier",
                    tiers.offered().contains(tier) ? 1 : 0,
                    "tier",
                    tier.name());
        }
    }
}
