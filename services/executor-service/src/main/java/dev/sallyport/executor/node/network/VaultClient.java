package dev.sallyport.executor.node.network;

import dev.sallyport.servicekit.identity.FleetClients;
import java.util.Map;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.RestClientException;

/** vault-service as a node sees it. */
public final class VaultClient implements SecretRedemption.Vault {
    private final FleetClients fleet;

    /** Asks by these clients. */
    public VaultClient(FleetClients fleet) {
        this.fleet = fleet;
    }

    @Override
    public byte[] redeem(String reference, String nonce, String startedRecord) throws NotNowException {
        try {
            byte[] value = fleet.client("vault-service")
                    .post()
                    .uri("/internal/v1/secrets:redeem")
                    .body(Map.of("reference", reference, "client_nonce", nonce, "started_record", startedRecord))
                    .retrieve()
                    .body(byte[].class);
            if (value == null) {
                throw new NotNowException("the vault answered nothing", null);
            }
            return value;
        } catch (HttpClientErrorException.TooManyRequests e) {
            throw new NotNowException("the vault is asked too often", e);
        } catch (HttpClientErrorException e) {
            throw new SecretRedemption.Refused(SecretRedemption.Refused.Code.SECRET_NOT_AVAILABLE);
        } catch (RestClientException | IllegalStateException e) {
            throw new NotNowException("the vault does not answer", e);
        }
    }
}
