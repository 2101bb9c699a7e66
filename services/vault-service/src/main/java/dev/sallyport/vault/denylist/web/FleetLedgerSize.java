package dev.sallyport.vault.denylist.web;

import dev.sallyport.servicekit.identity.FleetClients;
import dev.sallyport.servicekit.identity.IdentityInForce;
import dev.sallyport.tlog.Checkpoint;
import dev.sallyport.tlog.TlogException;
import dev.sallyport.tlog.VerifierKey;
import dev.sallyport.vault.denylist.LedgerSize;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;

/** Asks attestation-service for its signed checkpoint. */
@Component
class FleetLedgerSize implements LedgerSize {
    private static final Logger log = LoggerFactory.getLogger(FleetLedgerSize.class);
    /** A revocation does not wait longer than this for the ledger. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final FleetClients fleet;
    private final List<VerifierKey> logKeys;
    private @Nullable RestClient ledger;

    FleetLedgerSize(FleetClients fleet, IdentityInForce identity) {
        this.fleet = fleet;
        this.logKeys =
                identity.trust().logKeys().stream().map(VerifierKey::parse).toList();
    }

    @Override
    public OptionalLong now() {
        try {
            byte[] note = client().get().uri("/checkpoint").retrieve().body(byte[].class);
            return note == null
                    ? OptionalLong.empty()
                    : OptionalLong.of(Checkpoint.open(note, logKeys).size());
        } catch (RestClientException | TlogException | IllegalStateException e) {
            log.warn("the ledger does not say how large it is: {}", e.toString());
            return OptionalLong.empty();
        }
    }

    private synchronized RestClient client() {
        RestClient made = ledger;
        if (made == null) {
            made = fleet.client("attestation-service", PATIENCE);
            ledger = made;
        }
        return made;
    }
}
