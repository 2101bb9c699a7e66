package dev.sallyport.cli.ca;

import dev.sallyport.cli.output.Columns;
import dev.sallyport.cli.output.Json;
import dev.sallyport.identity.ca.FleetStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Authorities and certificates with their age. */
final class StatusView {
    /** So long before the end of an authority somebody is told: a replacement is trusted everywhere first. */
    static final Duration WEEKS_AHEAD = Duration.ofDays(60);

    static final Columns COLUMNS = Columns.of("id", "purpose", "state", "not_after");

    private StatusView() {}

    /** Everything of a fleet's directory. */
    static ObjectNode of(FleetStatus status, Instant now) {
        ObjectNode document = Json.mapper().createObjectNode();
        document.put("fleet_id", status.fleetId()).put("trust_domain", status.trustDomain());
        ArrayNode authorities = document.putArray("authorities");
        status.authorities()
                .forEach(authority -> authorities
                        .addObject()
                        .put("name", authority.name())
                        .put("state", word(authority.state()))
                        .put("not_after", authority.notAfter().toString())
                        .put(
                                "days_left",
                                Duration.between(now, authority.notAfter()).toDays()));
        document.set("certificates", array(status.certificates()));
        return document;
    }

    /** What has to be done within the next {@link #WEEKS_AHEAD} days, one sentence each. */
    static List<String> ending(FleetStatus status, Instant now) {
        return status.authorities().stream()
                .filter(authority -> authority.notAfter().isBefore(now.plus(WEEKS_AHEAD)))
                .map(authority -> authority.name() + " ends in "
                        + Duration.between(now, authority.notAfter()).toDays()
                        + " days. Replace it: sallyport ca rotate"
                        + (authority.name().contains(" root ") ? " --root" : ""))
                .toList();
    }

    /** Certificates as a list. */
    static ObjectNode page(List<FleetStatus.Certificate> certificates) {
        return Json.mapper().createObjectNode().set("items", array(certificates));
    }

    private static ArrayNode array(List<FleetStatus.Certificate> certificates) {
        ArrayNode array = Json.mapper().createArrayNode();
        certificates.forEach(certificate -> array.addObject()
                .put("id", certificate.id().toString())
                .put("purpose", certificate.purpose().name().toLowerCase(Locale.ROOT))
                .put("state", word(certificate.state()))
                .put("not_after", certificate.notAfter().toString()));
        return array;
    }

    private static String word(FleetStatus.State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }
}
