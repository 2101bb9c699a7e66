package dev.sallyport.vault.audit;

import dev.sallyport.servicekit.telemetry.StatementObserver;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.verify.VerifiedRecord;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.stereotype.Component;

/** Counts what vault-service has stated, and the refusals that it states nowhere. See docs/metrics.md. */
@Component
public class VaultMetrics implements StatementObserver {
    private static final String REDEMPTIONS = "sallyport.vault.redemptions";
    private static final String JOINS = "sallyport.vault.joins";
    private static final String PAIRINGS = "sallyport.vault.pairings";
    private static final String CERTIFICATES = "sallyport.vault.certificates.issued";

    private final Counter redeemed;
    private final Counter redemptionsRefused;
    private final Counter nodesJoined;
    private final Counter servicesJoined;
    private final Counter othersJoined;
    private final Counter joinsRefused;
    private final Counter paired;
    private final Counter burned;
    private final Counter tls;
    private final Counter signing;

    VaultMetrics(MeterRegistry metrics) {
        redeemed = counter(metrics, REDEMPTIONS, "secrets handed to nodes", "result", "redeemed");
        redemptionsRefused = counter(metrics, REDEMPTIONS, "secrets handed to nodes", "result", "refused");
        nodesJoined = joins(metrics, "joined", "node");
        servicesJoined = joins(metrics, "joined", "service");
        othersJoined = joins(metrics, "joined", "other");
        joinsRefused = joins(metrics, "refused", "unknown");
        paired = counter(metrics, PAIRINGS, "pairing windows that ended", "result", "paired");
        burned = counter(metrics, PAIRINGS, "pairing windows that ended", "result", "burned");
        tls = counter(metrics, CERTIFICATES, "certificates issued", "purpose", "tls");
        signing = counter(metrics, CERTIFICATES, "certificates issued", "purpose", "signing");
    }

    private static Counter joins(MeterRegistry metrics, String result, String kind) {
        return Counter.builder(JOINS)
                .tag("result", result)
                .tag("kind", kind)
                .description("first certificates that workloads asked for")
                .register(metrics);
    }

    private static Counter counter(MeterRegistry metrics, String name, String description, String label, String value) {
        return Counter.builder(name).tag(label, value).description(description).register(metrics);
    }

    /** Counts a node whose statements did not entitle it to a secret. */
    public void redemptionRefused() {
        redemptionsRefused.increment();
    }

    /** Counts a join token that was refused. */
    public void joinRefused() {
        joinsRefused.increment();
    }

    @Override
    public void stated(VerifiedRecord record) {
        if (record.statement().predicate() instanceof Audit audit) {
            switch (audit.event()) {
                case SECRET_REDEEMED -> redeemed.increment();
                case DEVICE_PAIRED -> paired.increment();
                case PAIRING_BURNED -> burned.increment();
                case WORKLOAD_JOINED -> joined(audit).increment();
                case CERTIFICATE_ISSUED ->
                    ("signing".equals(audit.attributes().get("purpose")) ? signing : tls).increment();
                default -> {}
            }
        }
    }

    private Counter joined(Audit audit) {
        return switch (SpiffeId.parse(String.valueOf(audit.attributes().get("spiffe_id")))
                .kind()) {
            case SERVICE, INFRA -> servicesJoined;
            case EXECUTOR -> nodesJoined;
            case DEVICE, AGENT -> othersJoined;
        };
    }
}
