package dev.sallyport.servicekit.identity;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Asks vault-service. */
final class FleetCertificateSource implements CertificateSource {
    private final FleetClients fleet;

    FleetCertificateSource(FleetClients fleet) {
        this.fleet = fleet;
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Request(
            @JsonProperty("tls_csr") @Nullable String tlsCsr,
            @JsonProperty("signing_csr") @Nullable String signingCsr,
            @JsonProperty("signing_replaces") @Nullable String signingReplaces) {}

    record Answer(
            @JsonProperty("tls_chain") @Nullable String tlsChain,
            @JsonProperty("signing_chain") @Nullable String signingChain) {}

    @Override
    public Chains renew(@Nullable String tlsCsr, @Nullable String signingCsr, @Nullable String signingReplaces) {
        Answer answer = Objects.requireNonNull(
                fleet.client("vault-service")
                        .post()
                        .uri("/internal/v1/certificates:renew")
                        .body(new Request(tlsCsr, signingCsr, signingReplaces))
                        .retrieve()
                        .body(Answer.class),
                "vault-service answered nothing");
        return new Chains(answer.tlsChain(), answer.signingChain());
    }
}
