package dev.sallyport.servicekit.identity;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Where the other services are. Each is needed only by a service that calls it.
 *
 * @param policyUrl internal base URL of policy-service
 * @param approvalUrl internal base URL of approval-service
 * @param executorUrl internal base URL of executor-service
 * @param attestationUrl internal base URL of attestation-service
 * @param vaultUrl internal base URL of vault-service
 * @param ledgerPagesUrl where people open attestation-service's pages, with {@code /ledger} at its end, for links; on the
 *     host name of approval-service, like the pages of policy-service
 * @param approvalPublicUrl public base URL of approval-service, for links
 * @param policyPagesUrl where people open policy-service's pages, with {@code /policy} at its end, for links. Its host name
 *     must be that of approval-service: only there do browsers send the session
 * @param vaultPagesUrl where people open vault-service's pages, with {@code /vault} at its end, for links; on the same host
 *     name
 */
@ConfigurationProperties("sallyport.fleet")
public record FleetProperties(
        @Nullable URI policyUrl,
        @Nullable URI approvalUrl,
        @Nullable URI executorUrl,
        @Nullable URI attestationUrl,
        @Nullable URI vaultUrl,
        @Nullable URI ledgerPagesUrl,
        @Nullable URI approvalPublicUrl,
        @Nullable URI policyPagesUrl,
        @Nullable URI vaultPagesUrl) {
    /**
     * The internal base URL of a service.
     *
     * @throws IllegalStateException with the property's name when it is not configured
     * @throws IllegalArgumentException for a name that is no service of the fleet
     */
    public URI urlOf(String service) {
        URI url = switch (service) {
            case "policy-service" -> policyUrl;
            case "approval-service" -> approvalUrl;
            case "executor-service" -> executorUrl;
            case "attestation-service" -> attestationUrl;
            case "vault-service" -> vaultUrl;
            default -> throw new IllegalArgumentException("no service of the fleet is called " + service);
        };
        if (url == null) {
            throw new IllegalStateException("set sallyport.fleet." + service.replace("-service", "-url")
                    + " to the internal base URL of " + service);
        }
        if (!"https".equals(url.getScheme())) {
            throw new IllegalStateException("the internal base URL of " + service + " must be https, not " + url);
        }
        return url;
    }
}
