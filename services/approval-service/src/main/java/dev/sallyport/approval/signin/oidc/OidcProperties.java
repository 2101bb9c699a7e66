package dev.sallyport.approval.signin.oidc;

import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.NotBlank;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * {@code sallyport.oidc.*}: sign-in at an OpenID provider. Without an issuer there is none.
 *
 * @param issuer the provider's issuer, exactly as its ID tokens name it; {@code https}, or a loopback address
 * @param clientId what the provider calls the console
 * @param clientSecretFile a file with the client's secret; null for a public client, which has PKCE alone
 * @param name what the sign-in page calls the provider; default the issuer's host
 * @param nameClaim the claim that is shown beside a connected account; it decides nothing; default {@code email}
 * @param groupsClaim the claim with the account's groups; default {@code groups}
 * @param roleGroups for a role, the groups at the provider of which an account must have one to sign in a person with that
 *     role; roles that are not named need none
 * @param emailDomains where it is not empty, the account's {@code email} must be verified and in one of these domains
 * @param algorithm how the provider signs ID tokens; default {@code RS256}
 * @param timeout how long the provider may take for an answer, 1 to 30 seconds; default 5 seconds
 */
@Validated
@ConfigurationProperties("sallyport.oidc")
record OidcProperties(
        @Nullable String issuer,
        @DefaultValue("") String clientId,
        @Nullable Path clientSecretFile,
        @Nullable String name,
        @DefaultValue("email") @NotBlank String nameClaim,
        @DefaultValue("groups") @NotBlank String groupsClaim,
        @DefaultValue Map<String, List<String>> roleGroups,
        @DefaultValue List<String> emailDomains,
        @DefaultValue("RS256") String algorithm,
        @DefaultValue("5s") Duration timeout) {
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final Set<String> ALGORITHMS =
            Set.of("RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "PS256", "PS384", "PS512");

    /** People's. A role that is misspelt would ask for no group. */
    private static final Set<String> ROLES = Set.of("owner", "admin", "operator", "auditor");

    OidcProperties {
        roleGroups = Map.copyOf(roleGroups);
        emailDomains = emailDomains.stream()
                .map(domain -> domain.strip().toLowerCase(Locale.ROOT))
                .toList();
    }

    /** Whether people may sign in at a provider. */
    boolean isOn() {
        return issuer != null && !issuer.isBlank();
    }

    /** What people call the provider. */
    String shownName() {
        return name != null && !name.isBlank()
                ? name
                : Objects.requireNonNullElse(URI.create(issuer()).getHost(), "");
    }

    /** The issuer; empty where there is none. */
    @Override
    public String issuer() {
        return issuer == null ? "" : issuer;
    }

    @AssertTrue(message = "issuer must be an https address, or one on a loopback address")
    boolean isIssuerSafe() {
        if (!isOn()) {
            return true;
        }
        try {
            URI uri = URI.create(issuer());
            String host = uri.getHost();
            return host != null
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null
                    && ("https".equals(uri.getScheme()) || ("http".equals(uri.getScheme()) && LOOPBACK.contains(host)));
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    @AssertTrue(message = "client-id must be set where an issuer is")
    boolean isClientKnown() {
        return !isOn() || !clientId.isBlank();
    }

    @AssertTrue(message = "role-groups must name roles: owner, admin, operator or auditor, each with a group at least")
    boolean isEachRoleKnown() {
        return ROLES.containsAll(roleGroups.keySet())
                && roleGroups.values().stream().noneMatch(List::isEmpty);
    }

    @AssertTrue(message = "algorithm must be one of RS, ES or PS with 256, 384 or 512")
    boolean isAlgorithmKnown() {
        return ALGORITHMS.contains(algorithm);
    }

    @AssertTrue(message = "timeout must be between 1 and 30 seconds")
    boolean isTimeoutShort() {
        return timeout.compareTo(Duration.ofSeconds(1)) >= 0 && timeout.compareTo(Duration.ofSeconds(30)) <= 0;
    }
}
