package dev.sallyport.approval.webhook;

import dev.sallyport.servicekit.identity.FleetProperties;
import dev.sallyport.servicekit.lifecycle.RepeatedTask;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What sends messages, and the periodic tasks of this package. */
@Configuration(proxyBeanMethods = false)
class WebhookConfiguration {
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final Duration TIDY = Duration.ofMinutes(1);

    @Bean
    Destinations webhookDestinations(WebhookProperties properties, FleetProperties fleet) {
        List<String> hosts = Stream.of(
                        fleet.policyUrl(),
                        fleet.executorUrl(),
                        fleet.attestationUrl(),
                        fleet.vaultUrl(),
                        fleet.ledgerPagesUrl(),
                        fleet.policyPagesUrl(),
                        fleet.vaultPagesUrl())
                .filter(Objects::nonNull)
                .map(URI::getHost)
                .filter(Objects::nonNull)
                .distinct()
                .toList();
        return new Destinations(properties, hosts, OutsideNetwork.ofThisMachine());
    }

    @Bean
    WebhookSender webhookSender(Destinations destinations, WebhookProperties properties, Clock clock) {
        return new WebhookSender(destinations, OutsideNetwork.ofThisMachine(), properties.patience(), clock);
    }

    /** Two of them: one receiver that does not answer holds the others up for one attempt less. */
    @Bean
    RepeatedTask webhookDeliveryTask(WebhookDelivery delivery) {
        return new RepeatedTask("webhook-delivery", PAUSE, () -> sendAll(delivery));
    }

    @Bean
    RepeatedTask secondWebhookDeliveryTask(WebhookDelivery delivery) {
        return new RepeatedTask("webhook-delivery-2", PAUSE, () -> sendAll(delivery));
    }

    private static void sendAll(WebhookDelivery delivery) {
        for (int sent = 0; sent < 100 && delivery.sendOne(); sent++) {
            // The next one.
        }
    }

    @Bean
    RepeatedTask webhookTidyTask(WebhookDelivery delivery) {
        return new RepeatedTask("webhook-tidy", TIDY, delivery::tidy);
    }
}
