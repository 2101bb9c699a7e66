package dev.sallyport.cli.members;

import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Query;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What policy-service is asked about members. */
final class Membership {
    private static final int PAGE = 200;

    private Membership() {}

    /** A principal as users write it: a name without a kind is a person's. */
    static String principal(String text) {
        return text.indexOf(':') < 0 ? "person:" + text : text;
    }

    /** The member of this name; null if there is none. */
    static @Nullable JsonNode find(FleetClient client, String principal) {
        String after = "";
        do {
            Query query = new Query().with("limit", PAGE).with("after", after.isEmpty() ? null : after);
            JsonNode page = client.get(Service.POLICY, "/v1/members" + query);
            for (JsonNode member : page.path("items")) {
                if (Json.text(member, "principal").equals(principal)) {
                    return member;
                }
            }
            after = Json.text(page, "next");
        } while (!after.isEmpty());
        return null;
    }

    /** Makes it a member with exactly these roles. */
    static JsonNode put(FleetClient client, String principal, List<String> roles) {
        ObjectNode body = Json.mapper().createObjectNode().put("principal", principal);
        roles.forEach(body.putArray("roles")::add);
        return client.send(Service.POLICY, "POST", "/v1/members", body);
    }

    /** Its roles, for a sentence and in one order. */
    static List<String> roles(JsonNode member) {
        return member.path("roles")
                .valueStream()
                .map(JsonNode::asString)
                .sorted()
                .toList();
    }
}
