package dev.sallyport.vault.join;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.statements.trust.SpiffeId;
import org.junit.jupiter.api.Test;

class ServiceAccountsTest {
    private static final String DOMAIN = "sallyport.example";

    @Test
    void aNodeAnswersToTheNameOfAllNodesAndToNoServices() {
        assertThat(ServiceAccounts.names(SpiffeId.executor(DOMAIN, "default", "executor-node-0"), "sallyport-nodes")
                        .dnsNames())
                .containsExactly("executor-node");
        assertThat(ServiceAccounts.names(SpiffeId.executor(DOMAIN, "default", "policy-service"), "sallyport")
                        .dnsNames())
                .as("whatever its pod is called")
                .containsExactly("executor-node");
    }

    @Test
    void aServiceAnswersToItsOwnNamesInItsNamespace() {
        assertThat(ServiceAccounts.names(SpiffeId.service(DOMAIN, "policy-service"), "sallyport")
                        .dnsNames())
                .containsExactlyInAnyOrder("policy-service", "localhost", "policy-service.sallyport.svc");
    }
}
