package dev.sallyport.servicekit.outbox;

import org.springframework.stereotype.Component;

/** Stops a service's relay, as a kill right after a commit does. */
@Component
public class OutboxProbe {
    private final OutboxRelay relay;

    OutboxProbe(OutboxRelay relay) {
        this.relay = relay;
    }

    public void pauseRelay() {
        relay.stop();
    }
}
