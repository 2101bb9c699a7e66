package dev.sallyport.servicekit.denylist;

import dev.sallyport.servicekit.identity.FleetClients;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.verify.Revocations.LedgerUnavailableException;
import java.util.Optional;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.RestClientException;

/** Asks another service of the fleet. */
public final class FleetLedgerProofs implements LedgerProofs {
    private final FleetClients fleet;
    private final String service;

    /**
     * Proofs from a service.
     *
     * @param service {@code attestation-service}, or the one that asks it for others
     */
    public FleetLedgerProofs(FleetClients fleet, String service) {
        this.fleet = fleet;
        this.service = service;
    }

    @Override
    public Optional<byte[]> proof(Digest statement) {
        try {
            return Optional.ofNullable(fleet.client(service)
                    .get()
                    .uri("/internal/v1/proofs/{digest}", statement.hex())
                    .retrieve()
                    .body(byte[].class));
        } catch (HttpClientErrorException.NotFound _) {
            return Optional.empty();
        } catch (RestClientException e) {
            throw new LedgerUnavailableException(service + " does not say whether the ledger has a statement", e);
        }
    }
}
