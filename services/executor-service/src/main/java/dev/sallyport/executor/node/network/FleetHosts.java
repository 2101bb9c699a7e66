package dev.sallyport.executor.node.network;

import dev.sallyport.servicekit.identity.FleetProperties;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** The hosts of the fleet's services, as this node knows them. */
public final class FleetHosts {
    private FleetHosts() {}

    /** Those that are configured. */
    public static List<String> of(FleetProperties fleet) {
        return Stream.of(
                        fleet.policyUrl(),
                        fleet.approvalUrl(),
                        fleet.executorUrl(),
                        fleet.attestationUrl(),
                        fleet.vaultUrl(),
                        fleet.ledgerPagesUrl(),
                        fleet.approvalPublicUrl(),
                        fleet.policyPagesUrl(),
                        fleet.vaultPagesUrl())
                .filter(Objects::nonNull)
                .map(URI::getHost)
                .filter(Objects::nonNull)
                .distinct()
                .toList();
    }
}
