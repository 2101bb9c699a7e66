package dev.sallyport.approval.signin;

import dev.sallyport.servicekit.access.Introspection;
import dev.sallyport.servicekit.access.IntrospectionUnavailableException;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.identity.FleetClients;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.RestClientException;

/** One-time sign-in codes, issued and redeemed at policy-service. */
@Component
class SignInLinks {
    private static final Pattern FORM = Pattern.compile("[0-9A-Za-z_-]{20,200}");

    private final FleetClients fleet;

    SignInLinks(FleetClients fleet) {
        this.fleet = fleet;
    }

    /**
     * A link that was used.
     *
     * @param person whom it signs in
     * @param enrolsKey whether they may make a key of their own now
     */
    record Redeemed(Principal person, boolean enrolsKey) {}

    /** Whom this code signs in; empty when it is unknown, used or too old. Works once. */
    Optional<Redeemed> redeem(String code) {
        if (!FORM.matcher(code).matches()) {
            return Optional.empty();
        }
        try {
            Introspection answer = fleet.client("policy-service")
                    .post()
                    .uri("/internal/v1/sign-in-tokens:redeem")
                    .body(Map.of("token", code))
                    .retrieve()
                    .body(Introspection.class);
            return answer == null
                    ? Optional.empty()
                    : answer.toPrincipal().map(person -> new Redeemed(person, Boolean.TRUE.equals(answer.enrolsKey())));
        } catch (HttpClientErrorException e) {
            return Optional.empty();
        } catch (RestClientException | IllegalStateException e) {
            throw new IntrospectionUnavailableException(e);
        }
    }
}
