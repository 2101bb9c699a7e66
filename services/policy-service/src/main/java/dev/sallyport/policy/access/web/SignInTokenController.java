package dev.sallyport.policy.access.web;

import dev.sallyport.policy.access.LocalIntrospector;
import dev.sallyport.policy.access.SignInTokens;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.FleetOnly;
import dev.sallyport.servicekit.access.Introspection;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.problem.ProblemException;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** One-time sign-in links. */
@RestController
class SignInTokenController {
    private final SignInTokens tokens;
    private final LocalIntrospector introspector;
    private final Grantors grantors;

    SignInTokenController(SignInTokens tokens, LocalIntrospector introspector, Grantors grantors) {
        this.tokens = tokens;
        this.introspector = introspector;
        this.grantors = grantors;
    }

    record SignInRequest(
            @Nullable String principal, @Nullable Boolean enrolsKey) {}

    record SignInLink(String signInToken, Instant expiresAt) {}

    record Redemption(@NotNull @Size(max = 200) String token) {}

    /**
     * Makes a one-time sign-in link for a person.
     *
     * <p>Everybody makes one for himself. Only the owner's device makes one for another person, whom {@code principal}
     * names. With {@code enrols_key}, for the owner's device alone, the person may also make a key of their own, a passkey,
     * with which they sign answers from then on.
     */
    @PostMapping("/v1/sign-in-tokens")
    @ResponseStatus(HttpStatus.CREATED)
    @Requires(Permission.PROPOSAL_READ)
    SignInLink issue(Caller caller, @RequestBody(required = false) @Nullable SignInRequest request) {
        String own = caller.principalOrRefuse().name();
        String person = request == null || request.principal() == null ? own : request.principal();
        if (caller instanceof Caller.Bearer bearer && bearer.session()) {
            throw ProblemException.forbidden(
                    "SESSION_CANNOT_SIGN_IN",
                    "A session makes no further sessions. Use your token or the owner's device.");
        }
        boolean enrolsKey = request != null && Boolean.TRUE.equals(request.enrolsKey());
        SignInTokens.Issued issued =
                enrolsKey ? tokens.issueForKey(grantors.of(caller), person) : tokens.issue(grantors.of(caller), person);
        return new SignInLink(issued.signInToken(), issued.expiresAt());
    }

    /**
     * Redeems a sign-in token, which counts once.
     *
     * <p>A token that does not count is answered with {@code active} false alone.
     */
    @PostMapping("/internal/v1/sign-in-tokens:redeem")
    @FleetOnly("approval-service")
    Introspection redeem(@Valid @RequestBody Redemption redemption) {
        Optional<SignInTokens.Redeemed> redeemed = tokens.redeem(redemption.token());
        Introspection person = redeemed.map(SignInTokens.Redeemed::member)
                .flatMap(member -> introspector.byName(member.principal(), member.workspaceId()))
                .map(Introspection::of)
                .orElseGet(Introspection::inactive);
        return redeemed.filter(SignInTokens.Redeemed::enrolsKey).isPresent() ? person.enrollingKey() : person;
    }
}
