package dev.sallyport.cli.ca;

import dev.sallyport.cli.output.Columns;
import dev.sallyport.cli.output.Json;
import dev.sallyport.identity.ca.FleetStatus;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Authorities and certificates with their age. */
final class StatusView {
    static final Columns COLUMNS = Columns.of("id", "purpose", "state", "not_after");

    private StatusView() {}

    /** Everything of a fleet's directory. */
    static ObjectNode of(FleetStatus status) {
        ObjectNode document = Json.mapper().createObjectNode();
        document.put("fleet_id", status.fleetId()).put("trust_domain", status.trustDomain());
        ArrayNode authorities = document.putArray("authorities");
        status.authorities()
                .forEach(authority -> authorities
                        .addObject()
                        .put("name", authority.name())
                        .put("state", word(authority.state()))
                        .put("not_after", authority.notAfter().toString()));
        document.set("certificates", array(status.certificates()));
        return document;
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
