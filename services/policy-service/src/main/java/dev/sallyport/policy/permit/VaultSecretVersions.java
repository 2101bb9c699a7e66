package dev.sallyport.policy.permit;

import dev.sallyport.arguments.host.HostPath;
import dev.sallyport.arguments.host.HostRefusedException;
import dev.sallyport.servicekit.identity.FleetClients;
import dev.sallyport.statements.predicate.Proposal;
import dev.sallyport.statements.predicate.SecretGrant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.RestClientException;

/** {@code POST /internal/v1/secrets:resolve} at vault-service. */
final class VaultSecretVersions implements SecretVersions {
    private static final String PROXY = "proxy";

    private static final Logger log = LoggerFactory.getLogger(VaultSecretVersions.class);

    private final FleetClients fleet;

    VaultSecretVersions(FleetClients fleet) {
        this.fleet = fleet;
    }

    private record Resolved(@Nullable List<Secret> secrets) {}

    private record Secret(
            @Nullable String reference,
            @Nullable Integer version,
            @Nullable List<String> hosts,
            @Nullable List<String> deliveries,
            @Nullable String code) {}

    @Override
    public Optional<List<SecretGrant>> resolve(Proposal proposal, Set<String> offered) {
        List<String> references = proposal.secrets();
        if (references.isEmpty()) {
            return Optional.of(List.of());
        }
        try {
            Resolved answer = fleet.client("vault-service")
                    .post()
                    .uri("/internal/v1/secrets:resolve")
                    .body(Map.of(
                            "workspace_id", proposal.workspaceId(),
                            "principal", proposal.principal(),
                            "channel", proposal.channel(),
                            "references", references))
                    .retrieve()
                    .body(Resolved.class);
            List<Secret> secrets = answer == null || answer.secrets() == null ? List.of() : answer.secrets();
            List<SecretGrant> grants = secrets.stream()
                    .flatMap(secret -> grant(secret, proposal, offered).stream())
                    .toList();
            return Optional.of(grants)
                    .filter(all ->
                            all.stream().map(SecretGrant::reference).toList().equals(references));
        } catch (HttpClientErrorException.BadRequest e) {
            log.warn("vault-service refuses the question about secrets: {}", e.getMessage());
            return Optional.empty();
        } catch (RestClientException | IllegalStateException e) {
            throw new SecretsUnavailableException(e);
        }
    }

    /** Whether the secret is for that host, or for paths of it. The vault may have the port of https written out. */
    private static boolean isAmong(List<String> hosts, String canonical) {
        return hosts.stream().anyMatch(text -> {
            try {
                return HostPath.parse(text).host().toString().equals(canonical);
            } catch (HostRefusedException _) {
                return false;
            }
        });
    }

    private static Optional<SecretGrant> grant(Secret secret, Proposal proposal, Set<String> offered) {
        String reference = secret.reference();
        Integer version = secret.version();
        List<String> deliveries = secret.deliveries();
        List<String> hosts = secret.hosts() == null ? List.of() : secret.hosts();
        if (secret.code() != null || reference == null || version == null || deliveries == null) {
            return Optional.empty();
        }
        return WAYS.stream()
                .filter(deliveries::contains)
                .filter(offered::contains)
                // What is added to requests to hosts that the call does not reach would never be there.
                .filter(way ->
                        !way.equals(PROXY) || proposal.egressHosts().stream().anyMatch(host -> isAmong(hosts, host)))
                .findFirst()
                .map(delivery -> new SecretGrant(reference, version, delivery, hosts));
    }
}
