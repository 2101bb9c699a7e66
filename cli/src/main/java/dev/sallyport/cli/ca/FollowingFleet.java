package dev.sallyport.cli.ca;

import dev.sallyport.cli.failure.CommandFailure;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.identity.denylist.IssuedBy;
import dev.sallyport.statements.trust.SpiffeId;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** What the running fleet says about the roots that it trusts, for the commands that would cut somebody off. */
final class FollowingFleet {
    private static final int NAMED = 5;

    private final Supplier<FleetClient> clients;

    FollowingFleet(Supplier<FleetClient> clients) {
        this.clients = clients;
    }

    /**
     * Checks that every part of the fleet trusts the roots of that step.
     *
     * @throws CommandFailure.Usage when one does not yet
     */
    void verifyFollows(int step) {
        try (FleetClient client = clients.get()) {
            JsonNode trust = client.get(Service.VAULT, "/v1/trust");
            if (trust.path("step").asInt() < step) {
                throw new CommandFailure.Usage("vault-service knows step "
                        + trust.path("step").asInt()
                        + " of the fleet's trust and not yet step " + step + ". Wait a minute; where its folder is not"
                        + " this one, bring the step: sallyport ca trust --publish DIR");
            }
            Set<String> waiting = new TreeSet<>();
            trust.path("waiting")
                    .forEach(one -> waiting.add(one.path("spiffe_id").asString()));
            if (!waiting.isEmpty()) {
                throw new CommandFailure.Usage(
                        named(waiting) + " would be cut off: they do not trust the new roots yet."
                                + " What runs follows within a minute; run `sallyport ca renew` for what is no service. To cut"
                                + " them off, say so with --now");
            }
        }
    }

    /**
     * Checks that no part of the fleet uses certificates of those authorities.
     *
     * @throws CommandFailure.Usage when one does
     */
    void verifyNobodyStandsOn(List<X509Certificate> authorities) {
        Set<String> names = authorities.stream().map(IssuedBy::name).collect(Collectors.toSet());
        try (FleetClient client = clients.get()) {
            Set<String> standing = new TreeSet<>();
            client.get(Service.VAULT, "/v1/authorities").path("items").forEach(authority -> {
                if (names.contains(authority.path("authority").asString())) {
                    // vault-service names services and nodes first, so who is not named is a device or an agent.
                    authority
                            .path("holders")
                            .forEach(holder ->
                                    standing.add(holder.path("spiffe_id").asString()));
                }
            });
            standing.removeIf(FollowingFleet::renewsByHand);
            if (!standing.isEmpty()) {
                throw new CommandFailure.Usage(named(standing) + " would be cut off: they still show certificates below"
                        + " the old roots. What runs renews within a minute; run `sallyport ca renew` for what is no"
                        + " service. To cut them off, say so with --now");
            }
        }
    }

    /** Devices and agents renew when their people do. */
    private static boolean renewsByHand(String spiffeId) {
        return SpiffeId.tryParse(spiffeId)
                .map(id -> id.kind() == SpiffeId.Kind.DEVICE || id.kind() == SpiffeId.Kind.AGENT)
                .orElse(false);
    }

    private static String named(Set<String> ids) {
        List<String> all = new ArrayList<>(ids);
        String more = all.size() > NAMED ? " and " + (all.size() - NAMED) + " more" : "";
        return String.join(", ", all.subList(0, Math.min(NAMED, all.size()))) + more;
    }
}
