package dev.sallyport.policy.access.web;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.sallyport.policy.access.AccessException;
import dev.sallyport.policy.access.TokenRegistry;
import dev.sallyport.policy.access.token.ApiToken;
import dev.sallyport.policy.access.token.TokenRequest;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** API tokens. */
@RestController
class TokenController {
    private static final int DEFAULT_DAYS = 90;
    private static final int DEFAULT_REQUESTS_PER_MINUTE = 120;
    private static final int DEFAULT_OVERLAP_MINUTES = 60;

    private final TokenRegistry tokens;
    private final Grantors grantors;

    TokenController(TokenRegistry tokens, Grantors grantors) {
        this.tokens = tokens;
        this.grantors = grantors;
    }

    record NewToken(
            @NotNull @Pattern(regexp = "agent|person|service", message = "must be agent, person or service")
            String kind,

            @NotNull
            @Pattern(
                    regexp = "[a-z0-9][a-z0-9._-]{0,62}",
                    message = "must have lower-case letters, digits, '.', '_' and '-' only")
            String name,

            @Nullable List<String> roles,
            @Nullable List<String> scopes,
            @Nullable List<String> channels,
            @Nullable Integer expiresInDays,
            @Nullable @Size(max = 200) String label,
            @Nullable @Min(1) @Max(100_000) Integer requestsPerMinute,
            @Nullable @Size(max = 500) String certificate) {}

    record Rotation(
            @Nullable @Min(0) @Max(1_440) Integer overlapMinutes,
            @Nullable Integer expiresInDays) {}

    record TokenView(
            String tokenId,
            String principal,
            String label,
            List<String> scopes,
            List<String> channels,
            String accountable,
            Instant createdAt,
            Instant expiresAt,
            @Nullable Instant revokedAt,
            int requestsPerMinute,
            @Nullable String certificate,
            @Nullable Instant lastUsedAt,
            @Nullable String rotatedTo) {
        static TokenView of(ApiToken token) {
            return new TokenView(
                    token.tokenId(),
                    token.principal(),
                    token.label(),
                    token.scopes(),
                    token.channels(),
                    token.accountable(),
                    token.createdAt(),
                    token.expiresAt(),
                    token.revokedAt(),
                    token.terms().requestsPerMinute(),
                    token.terms().certificate() == null
                            ? null
                            : token.terms().certificate().toString(),
                    token.lastUsedAt(),
                    token.rotatedTo());
        }
    }

    record IssuedToken(
            String token, List<String> roles, @JsonUnwrapped TokenView view) {}

    /**
     * Issues a token; this answer alone has it.
     *
     * <p>A token never permits more than the credential that issues it. {@code scopes} left out are all permissions of
     * the principal. It lives 90 days unless {@code expires_in_days} says 1 to 365.
     */
    @PostMapping("/v1/tokens")
    @Requires(Permission.TOKEN_MANAGE)
    ResponseEntity<IssuedToken> issue(Caller caller, @Valid @RequestBody NewToken request) {
        if (request.scopes() != null && request.scopes().isEmpty()) {
            throw new AccessException(
                    AccessException.Code.INVALID_SCOPE,
                    "scopes",
                    "Name at least one permission, or leave `scopes` out for all of the principal's.");
        }
        TokenRegistry.Issued issued = tokens.issue(
                grantors.of(caller),
                new TokenRequest(
                        request.kind(),
                        request.name(),
                        Objects.requireNonNullElse(request.roles(), List.of()),
                        Objects.requireNonNullElse(request.scopes(), List.of()),
                        Objects.requireNonNullElse(request.channels(), List.of("api")),
                        Objects.requireNonNullElse(request.expiresInDays(), DEFAULT_DAYS),
                        Objects.requireNonNullElse(request.label(), ""),
                        Objects.requireNonNullElse(request.requestsPerMinute(), DEFAULT_REQUESTS_PER_MINUTE),
                        request.certificate()));
        return answer(issued);
    }

    /**
     * Replaces a token by a new one on the same terms; this answer alone has it.
     *
     * <p>The old one counts for {@code overlap_minutes} more, 60 unless told, at most a day.
     *
     * @param id the token's id
     */
    @PostMapping("/v1/tokens/{id}:rotate")
    @Requires(Permission.TOKEN_MANAGE)
    ResponseEntity<IssuedToken> rotate(
            Caller caller, @PathVariable String id, @Valid @RequestBody(required = false) @Nullable Rotation rotation) {
        Rotation asked = Objects.requireNonNullElse(rotation, new Rotation(null, null));
        return answer(tokens.rotate(
                grantors.of(caller),
                id,
                Duration.ofMinutes(Objects.requireNonNullElse(asked.overlapMinutes(), DEFAULT_OVERLAP_MINUTES)),
                asked.expiresInDays()));
    }

    private static ResponseEntity<IssuedToken> answer(TokenRegistry.Issued issued) {
        return ResponseEntity.status(HttpStatus.CREATED)
                .cacheControl(CacheControl.noStore())
                .body(new IssuedToken(issued.secret(), issued.roles(), TokenView.of(issued.token())));
    }

    /** Lists tokens, the newest first, without their secrets. */
    @GetMapping("/v1/tokens")
    @Requires(Permission.TOKEN_MANAGE)
    Page<TokenView> list(Caller caller, PageRequest page) {
        return tokens.list(caller.principalOrRefuse().workspaceId(), page).map(TokenView::of);
    }

    /**
     * Revokes a token, and cancels its calls that have not started.
     *
     * @param id the token's id
     */
    @DeleteMapping("/v1/tokens/{id}")
    @Requires(Permission.TOKEN_MANAGE)
    TokenView revoke(Caller caller, @PathVariable String id) {
        return TokenView.of(tokens.revoke(grantors.of(caller), id));
    }
}
