package dev.sallyport.cli.ca;

import dev.sallyport.cli.output.Json;
import dev.sallyport.cli.output.Table;
import dev.sallyport.identity.ca.FleetStatus;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Authorities and certificates with their age. */
final class StatusView {
    private StatusView() {}

    static String table(FleetStatus status) {
        Table authorities = new Table("AUTHORITY", "STATE", "UNTIL");
        status.authorities()
                .forEach(authority -> authorities.row(
                        authority.name(),
                        word(authority.state()),
                        authority.notAfter().toString()));
        return "fleet        " + status.fleetId() + "\ntrust domain " + status.trustDomain() + "\n\n"
                + authorities.render() + "\n" + table(status.certificates());
    }

    static String table(List<FleetStatus.Certificate> certificates) {
        Table table = new Table("IDENTITY", "FOR", "STATE", "UNTIL");
        certificates.forEach(certificate -> table.row(
                certificate.id().toString(),
                certificate.purpose().name().toLowerCase(Locale.ROOT),
                word(certificate.state()),
                certificate.notAfter().toString()));
        return table.render();
    }

    static ObjectNode json(FleetStatus status) {
        ObjectNode document = Json.mapper().createObjectNode();
        document.put("fleet_id", status.fleetId()).put("trust_domain", status.trustDomain());
        ArrayNode authorities = document.putArray("authorities");
        status.authorities()
                .forEach(authority -> authorities
                        .addObject()
                        .put("name", authority.name())
                        .put("state", word(authority.state()))
                        .put("not_after", authority.notAfter().toString()));
        document.set("certificates", json(status.certificates()));
        return document;
    }

    static ArrayNode json(List<FleetStatus.Certificate> certificates) {
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
