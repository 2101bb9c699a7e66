package dev.sallyport.vault.denylist;

import dev.sallyport.servicekit.identity.FleetClients;
import dev.sallyport.statements.trust.TrustRoots;
import dev.sallyport.tlog.Checkpoint;
import dev.sallyport.tlog.TlogException;
import dev.sallyport.tlog.VerifierKey;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;

/** How many leaves the ledger has now, as its signed checkpoint says. */
class LedgerSize {
    private static final Logger log = LoggerFactory.getLogger(LedgerSize.class);
    /** A revocation does not wait longer than this for the ledger. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final FleetClients fleet;
    private final List<VerifierKey> logKeys;
    private @Nullable RestClient ledger;

    LedgerSize(FleetClients fleet, TrustRoots trust) {
        this.fleet = fleet;
        this.logKeys = trust.logKeys().stream().map(VerifierKey::parse).toList();
    }

    /** Empty when the ledger does not say. */
    OptionalLong now() {
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
