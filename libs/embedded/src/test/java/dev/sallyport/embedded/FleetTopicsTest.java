package dev.sallyport.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FleetTopicsTest {
    @Test
    void eachPublicEventHasOneWriter() {
        assertThat(FleetTopics.all())
                .filteredOn(topic -> !topic.name().equals("AuditRecorded"))
                .hasSize(5)
                .allSatisfy(topic -> assertThat(topic.writers()).hasSize(1));
    }

    @Test
    void theLedgerReadsEveryTopic() {
        assertThat(FleetTopics.all())
                .allSatisfy(topic -> assertThat(topic.readers()).contains("attestation-service"));
    }

    @Test
    void onlyPolicyServicePermitsAndOnlyExecutorReadsItBesidesTheLedger() {
        FleetTopics.Topic permits = topic("ToolPermitted");
        assertThat(permits.writers()).containsExactly("policy-service");
        assertThat(permits.readers()).containsExactlyInAnyOrder("executor-service", "attestation-service");
    }

    @Test
    void deadLettersAreWrittenByTheReadersAndReadByTheLedger() {
        FleetTopics.Topic dead = FleetTopics.deadLetters(topic("ApprovalRequested"));
        assertThat(dead.name()).isEqualTo("ApprovalRequested.dlt");
        assertThat(dead.writers()).containsExactlyInAnyOrder("approval-service", "attestation-service");
        assertThat(dead.readers()).containsExactly("attestation-service");
    }

    @Test
    void theFiveServicesArePrincipals() {
        assertThat(FleetTopics.principals())
                .isEqualTo(List.of(
                        "approval-service",
                        "attestation-service",
                        "executor-service",
                        "policy-service",
                        "vault-service"));
    }

    private static FleetTopics.Topic topic(String name) {
        return FleetTopics.all().stream()
                .filter(topic -> topic.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
