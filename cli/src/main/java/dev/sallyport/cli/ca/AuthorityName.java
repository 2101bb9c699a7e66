package dev.sallyport.cli.ca;

import dev.sallyport.cli.failure.CommandFailure;
import dev.sallyport.cli.output.Json;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** An authority by the beginning of its name: the whole one has 64 digits. */
final class AuthorityName {
    private static final int SHORTEST = 6;

    private AuthorityName() {}

    /** The one name in vault-service's answer that begins so. */
    static String in(JsonNode authorities, String beginning) {
        if (beginning.length() < SHORTEST) {
            throw new CommandFailure.Usage(
                    "name the authority by at least " + SHORTEST + " digits of what `sallyport ca authorities` shows");
        }
        List<String> found = authorities
                .path("items")
                .valueStream()
                .map(authority -> Json.text(authority, "authority"))
                .filter(name -> name.startsWith(beginning))
                .toList();
        if (found.size() != 1) {
            throw new CommandFailure.NotFound((found.isEmpty() ? "no issuing authority" : "more than one authority")
                    + " has a name that begins with " + beginning + ". `sallyport ca authorities` shows them all");
        }
        return found.getFirst();
    }
}
