package dev.sallyport.e2e.access;

import dev.sallyport.e2e.harness.Api;
import dev.sallyport.e2e.harness.Calls;
import dev.sallyport.e2e.harness.Fleet;
import dev.sallyport.e2e.harness.People;
import dev.sallyport.e2e.harness.People.Token;
import org.junit.jupiter.api.BeforeAll;

/** Agents and people of the shared fleet, and what they ask for. */
abstract class VisitorCases {
    static Fleet fleet;
    static Calls calls;
    static People people;
    static Api operator;

    @BeforeAll
    static void prepare(Fleet shared) {
        fleet = shared;
        calls = new Calls(fleet);
        people = new People(fleet);
        operator = new Api(
                fleet.url("approval-service"), people.person("olga", "operator").secret());
    }

    /** What an owner may read at each service, and a session. */
    static String readable(String service) {
        return switch (service) {
            case "policy-service" -> "/v1/tools";
            case "approval-service" -> "/v1/approvals";
            case "executor-service" -> "/v1/nodes";
            case "attestation-service" -> "/v1/entries";
            default -> "/v1/secrets";
        };
    }

    static String ownerToken() {
        return people.person("oskar", "owner").secret();
    }

    static int status(String service, String token) {
        return new Api(fleet.url(service), token).get(readable(service)).status();
    }

    static Api agent(Token token) {
        return new Api(fleet.url("policy-service"), token.secret());
    }
}
