package dev.sallyport.servicekit.access;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.sallyport.statements.trust.SpiffeId;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The answer of an introspection on the wire (RFC 7662). {@code active}, {@code sub}, {@code scope}, {@code exp} (seconds
 * since 1970) and {@code token_type} are the standard's; the fleet's services read the others. Everything but
 * {@code active} is null when it is false. {@code enrols_key} is true where a one-time link was redeemed that lets its
 * person make a key of their own.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Introspection(
        @JsonProperty("active") boolean active,
        @JsonProperty("kind") @Nullable String kind,
        @JsonProperty("principal") @Nullable String principal,
        @JsonProperty("workspace_id") @Nullable String workspaceId,
        @JsonProperty("roles") @Nullable Set<String> roles,
        @JsonProperty("permissions") @Nullable Set<String> permissions,
        @JsonProperty("accountable") @Nullable List<String> accountable,
        @JsonProperty("channels") @Nullable List<String> channels,
        @JsonProperty("token_id") @Nullable String tokenId,
        @JsonProperty("device") @Nullable String device,
        @JsonProperty("expires_at") @Nullable Instant expiresAt,
        @JsonProperty("frozen") @Nullable Boolean frozen,
        @JsonProperty("requests_per_minute") @Nullable Integer requestsPerMinute,
        @JsonProperty("certificate") @Nullable String certificate,
        @JsonProperty("sub") @Nullable String sub,
        @JsonProperty("scope") @Nullable String scope,
        @JsonProperty("exp") @Nullable Long exp,
        @JsonProperty("token_type") @Nullable String tokenType,
        @JsonProperty("enrols_key") @Nullable Boolean enrolsKey) {

    /** The answer for everything unknown, expired or revoked. */
    public static Introspection inactive() {
        return new Introspection(
                false, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
                null, null);
    }

    /** The answer for a live principal. */
    public static Introspection of(Principal p) {
        return new Introspection(
                true,
                p.kind().name().toLowerCase(Locale.ROOT),
                p.name(),
                p.workspaceId(),
                p.roles(),
                p.permissions().stream().map(Permission::code).collect(Collectors.toUnmodifiableSet()),
                p.accountable(),
                p.channels(),
                p.tokenId(),
                p.device(),
                p.expiresAt(),
                p.frozen() ? true : null,
                p.terms().requestsPerMinute() == 0 ? null : p.terms().requestsPerMinute(),
                p.terms().certificate() == null ? null : p.terms().certificate().toString(),
                p.name(),
                p.permissions().stream().map(Permission::code).sorted().collect(Collectors.joining(" ")),
                p.expiresAt() == null ? null : p.expiresAt().getEpochSecond(),
                p.tokenId() == null ? null : "Bearer",
                null);
    }

    /** The same of somebody whose one-time link lets them make a key of their own. */
    public Introspection enrollingKey() {
        return new Introspection(
                active,
                kind,
                principal,
                workspaceId,
                roles,
                permissions,
                accountable,
                channels,
                tokenId,
                device,
                expiresAt,
                frozen,
                requestsPerMinute,
                certificate,
                sub,
                scope,
                exp,
                tokenType,
                active ? true : null);
    }

    /**
     * The principal; empty when inactive. Permissions unknown here are left out.
     *
     * @throws IllegalStateException when an active answer lacks a field
     */
    public Optional<Principal> toPrincipal() {
        if (!active) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Principal(
                    Principal.Kind.valueOf(Objects.requireNonNull(kind).toUpperCase(Locale.ROOT)),
                    Objects.requireNonNull(principal),
                    Objects.requireNonNull(workspaceId),
                    Objects.requireNonNullElse(roles, Set.of()),
                    Objects.requireNonNullElse(permissions, Set.<String>of()).stream()
                            .flatMap(code -> Permission.ofCode(code).stream())
                            .collect(Collectors.toUnmodifiableSet()),
                    Objects.requireNonNullElse(accountable, List.of()),
                    Objects.requireNonNullElse(channels, List.of()),
                    tokenId,
                    new TokenTerms(
                            Objects.requireNonNullElse(requestsPerMinute, 0),
                            certificate == null ? null : SpiffeId.parse(certificate)),
                    device,
                    expiresAt,
                    Boolean.TRUE.equals(frozen)));
        } catch (NullPointerException | IllegalArgumentException e) {
            throw new IllegalStateException("an introspection's answer cannot be understood", e);
        }
    }
}
