package dev.sallyport.executor.node;

import dev.sallyport.executor.claim.AttackReport;
import dev.sallyport.executor.doctor.Doctor;
import dev.sallyport.executor.doctor.DoctorReport;
import dev.sallyport.executor.doctor.TierReport;
import dev.sallyport.executor.sandbox.Sandbox;
import dev.sallyport.executor.sandbox.ToolFailure;
import dev.sallyport.executor.sandbox.ToolFailure.SandboxUnavailable;
import dev.sallyport.executor.tool.ProvenSandboxes;
import dev.sallyport.statements.vocabulary.Tier;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What doctor has proven on this host; looked at again while something is missing, every ten minutes, and as soon as a
 * call could not be started in a proven sandbox.
 */
class ProvenTiers implements ProvenSandboxes, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ProvenTiers.class);

    private static final int LONGEST_OBSERVED = 1000;

    private static final Duration GOOD_FOR = Duration.ofMinutes(10);

    private final Doctor doctor;
    private final NodeMetrics metrics;
    private final Clock clock;
    private volatile @Nullable DoctorReport report;
    private volatile boolean doubted;
    private volatile Runnable onDoubt = () -> {};
    private Instant examinedAt = Instant.MIN;

    ProvenTiers(Doctor doctor, NodeMetrics metrics, Clock clock) {
        this.doctor = doctor;
        this.metrics = metrics;
        this.clock = clock;
    }

    /** Names who is to examine the host soon when there is doubt. */
    void onDoubt(Runnable wake) {
        onDoubt = wake;
    }

    @Override
    public void doubt(ToolFailure why) {
        log.warn("a call could not be started in a proven sandbox, which is examined again: {}", why.getMessage(), why);
        doubted = true;
        onDoubt.run();
    }

    /** Examines the host unless all that it could have was proven lately and nothing speaks against it. */
    synchronized void examine() throws IOException, InterruptedException {
        DoctorReport known = report;
        Instant time = clock.instant();
        if (known != null && known.complete() && !doubted && time.isBefore(examinedAt.plus(GOOD_FOR))) {
            return;
        }
        doubted = false;
        examinedAt = time;
        DoctorReport now = doctor.examine();
        report = now;
        metrics.examined(now);
        if (known != null && known.complete() && now.complete()) {
            return;
        }
        now.degraded().forEach(weaker -> log.warn("{}", weaker));
        for (TierReport tier : now.tiers()) {
            if (tier.available()) {
                log.info("tier {} is proven ({})", tier.tier(), tier.backend());
            } else {
                log.warn("tier {} is not available: {} {}", tier.tier(), tier.why(), tier.fix());
            }
        }
    }

    /** Tries every promise of every tier; calls must not be running. */
    AttackReport attack() throws IOException, InterruptedException {
        List<AttackReport.Line> lines = new ArrayList<>();
        doctor.attack()
                .forEach((tier, results) -> results.forEach(each -> lines.add(new AttackReport.Line(
                        each.promise(),
                        tier,
                        each.expected(),
                        shortened(each.observed()),
                        each.control(),
                        each.holds()))));
        return new AttackReport(lines);
    }

    private static String shortened(String observed) {
        return observed.length() > LONGEST_OBSERVED ? observed.substring(0, LONGEST_OBSERVED) : observed;
    }

    List<Tier> offered() {
        DoctorReport known = report;
        return known == null
                ? List.of()
                : known.tiers().stream()
                        .filter(TierReport::available)
                        .map(TierReport::tier)
                        .toList();
    }

    /** How many sandboxes wait for a call. */
    int waiting() {
        return doctor.proven().stream().mapToInt(Sandbox::waiting).sum();
    }

    /** Ends the sandboxes that wait for a call: after the last one. */
    @Override
    public void close() {
        doctor.close();
    }

    /** The last report; null before the first examination. */
    @Nullable
    DoctorReport report() {
        return report;
    }

    /** The sandbox that calls run in, as {@code bubblewrap 0.8.0}; {@code none} before one was found. */
    String backend() {
        DoctorReport known = report;
        return known == null
                ? "none"
                : known.tiers().stream()
                        .map(TierReport::backend)
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse("none");
    }

    @Override
    public Sandbox atLeast(Tier permitted) {
        return doctor.proven().stream()
                .filter(sandbox -> sandbox.tier().satisfies(permitted))
                .findFirst()
                .orElseThrow(() -> new SandboxUnavailable(
                        "Tier " + permitted + " is not proven for processes on this node.",
                        "Run doctor there for what to change."));
    }
}
