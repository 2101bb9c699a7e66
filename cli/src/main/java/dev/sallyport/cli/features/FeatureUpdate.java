package dev.sallyport.cli.features;

import dev.sallyport.cli.config.ConfigUpdate;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Json;
import dev.sallyport.cli.output.Results;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The features as they are, to be changed from there.
 *
 * @param version the version of the configuration that they were read from
 * @param enabled those that are on
 */
record FeatureUpdate(String version, Set<String> enabled) {
    static final String PATH = "/v1/features";

    /** Reads what is on now. */
    static FeatureUpdate of(FleetClient client) {
        JsonNode now = client.get(Service.POLICY, PATH);
        return new FeatureUpdate(
                Json.text(now, "version"),
                now.path("features")
                        .valueStream()
                        .filter(feature -> feature.path("enabled").asBoolean(false))
                        .map(feature -> Json.text(feature, "name"))
                        .collect(Collectors.toUnmodifiableSet()));
    }

    /** Switches these on or off, and tells what became of it: in force, or waiting for a second person. */
    void send(FleetClient client, List<String> names, boolean on, Results results) {
        Set<String> next = new TreeSet<>(enabled);
        boolean changed =
                on ? next.addAll(names) : names.stream().filter(next::remove).count() > 0;
        if (!changed) {
            results.note("It is so already; nothing was sent.");
            return;
        }
        ObjectNode body = Json.mapper().createObjectNode();
        if (!version.isEmpty()) {
            body.put("version", Integer.parseInt(version));
        }
        next.forEach(body.putArray("enabled")::add);
        ConfigUpdate.tell(client.send(Service.POLICY, "PUT", PATH, body), results);
    }
}
