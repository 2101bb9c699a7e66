package dev.sallyport.servicekit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.servicekit.app.RunningService;
import dev.sallyport.servicekit.app.TinyService;
import dev.sallyport.testkit.Client;
import dev.sallyport.testkit.TestFleet;
import dev.sallyport.testkit.signing.OddCertificates;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PublicTlsTest {
    @Test
    void aPublicConnectorWithTlsWantsACertificateAndNeedsNone() throws IOException {
        try (RunningService service =
                RunningService.start(Map.of("sallyport.public.tls", "true", "sallyport.public.address", "0.0.0.0"))) {
            String resolve = service.open("/v1/resolve").replace("http://", "https://");
            String internal = service.open("/internal/v1/services").replace("http://", "https://");
            assertThat(Client.anonymous()
                            .get(resolve, "Authorization", "Bearer " + TinyService.OPERATOR_TOKEN)
                            .headers()
                            .firstValue("Strict-Transport-Security"))
                    .isPresent();
            assertThat(Client.anonymous().get(resolve).statusCode()).isEqualTo(401);
            assertThat(Client.of("owner").get(resolve).body()).contains("person:ada");
            assertThat(Client.of("vault-service").get(internal).statusCode()).isEqualTo(404);
            Client expired = Client.with(
                    OddCertificates.of(
                            Instant.now().minus(Duration.ofDays(2)),
                            "spiffe://" + TestFleet.shared().trust().trustDomain() + "/device/owner"),
                    "TLSv1.3");
            assertThatThrownBy(() -> expired.get(resolve)).isInstanceOf(IOException.class);
        }
    }
}
