package dev.sallyport.policy.access.web;

import dev.sallyport.policy.access.LocalIntrospector;
import dev.sallyport.servicekit.access.FleetOnly;
import dev.sallyport.servicekit.access.Introspection;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.problem.ProblemException;
import dev.sallyport.statements.trust.SpiffeId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Token introspection (RFC 7662) for the fleet's services. */
@RestController
class IntrospectionController {
    private static final String PATH = "/internal/v1/introspect";

    private final LocalIntrospector introspector;

    IntrospectionController(LocalIntrospector introspector) {
        this.introspector = introspector;
    }

    record Question(
            @Nullable String token,
            @Nullable String shownSpiffeId,
            @Nullable String spiffeId,
            @Nullable String principal,
            @Nullable String workspaceId) {}

    /** As RFC 7662 has it: a form with the token. */
    @PostMapping(path = PATH, consumes = MediaType.APPLICATION_FORM_URLENCODED_VALUE)
    @FleetOnly
    Introspection introspectForm(@RequestBody MultiValueMap<String, String> form) {
        List<String> tokens = form.getOrDefault("token", List.of());
        if (tokens.size() != 1) {
            throw ProblemException.badRequest("INVALID_REQUEST", "Send one `token` in the form.");
        }
        return introspector.byToken(tokens.getFirst()).map(Introspection::of).orElseGet(Introspection::inactive);
    }

    /**
     * Says who is behind a token, a certificate or a name.
     *
     * <p>Ask with {@code token}, and {@code shown_spiffe_id} where it was shown beside a client certificate, with {@code spiffe_id}, or with {@code principal} and {@code workspace_id}, of which the
     * standard knows the first alone. Whatever is unknown, expired or revoked is answered with {@code active} false alone.
     */
    @PostMapping(path = PATH, consumes = MediaType.APPLICATION_JSON_VALUE)
    @FleetOnly
    Introspection introspect(@RequestBody Question question) {
        return find(question).map(Introspection::of).orElseGet(Introspection::inactive);
    }

    private Optional<Principal> find(Question question) {
        if (question.token() != null) {
            SpiffeId shown = question.shownSpiffeId() == null
                    ? null
                    : spiffeId(question.shownSpiffeId()).orElse(null);
            return introspector.byToken(question.token(), shown);
        }
        if (question.spiffeId() != null) {
            return spiffeId(question.spiffeId()).flatMap(introspector::byCertificate);
        }
        if (question.principal() != null && question.workspaceId() != null) {
            return introspector.byName(question.principal(), question.workspaceId());
        }
        throw ProblemException.badRequest(
                "INVALID_REQUEST", "Ask with `token`, with `spiffe_id`, or with `principal` and `workspace_id`.");
    }

    private static Optional<SpiffeId> spiffeId(String text) {
        try {
            return Optional.of(SpiffeId.parse(text));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
