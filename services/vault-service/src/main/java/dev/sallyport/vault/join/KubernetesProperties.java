package dev.sallyport.vault.join;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Joining by service account tokens of a Kubernetes cluster ({@code sallyport.vault.kubernetes.*}).
 *
 * @param accounts the identity of each account that may join: {@code <namespace>/<service account>} to the path of a
 *     SPIFFE id, in which a last segment {@code *} stands for the pod's name; empty (default): none may
 * @param audience what a token must have been made for; default {@code sallyport}
 * @param apiServer base URL of the API server; default {@code https://kubernetes.default.svc}
 * @param tokenFile this service's own token for the API server
 * @param caFile the API server's CA, PEM
 */
@ConfigurationProperties("sallyport.vault.kubernetes")
record KubernetesProperties(
        @DefaultValue Map<String, String> accounts,
        @DefaultValue("sallyport") String audience,
        @DefaultValue("https://kubernetes.default.svc") URI apiServer,

        @DefaultValue("/var/run/secrets/kubernetes.io/serviceaccount/token")
        Path tokenFile,

        @DefaultValue("/var/run/secrets/kubernetes.io/serviceaccount/ca.crt")
        Path caFile) {
    /** Refuses a malformed account or path with {@link IllegalArgumentException}. */
    KubernetesProperties {
        accounts = Map.copyOf(accounts);
        accounts.forEach((account, path) -> {
            if (!account.matches("[a-z0-9-]+/[a-z0-9.-]+")
                    || !path.matches(
                            "/service/[a-z0-9-]+|/infra/(mirror|witness)|/executor/[a-z0-9-]+/([a-z0-9-]+|\\*)")) {
                throw new IllegalArgumentException("sallyport.vault.kubernetes.accounts[" + account + "]=" + path
                        + " must be like [sallyport/policy-service]=/service/policy-service");
            }
        });
    }
}
