package dev.sallyport.vault;

import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.access.SessionIntrospector;
import dev.sallyport.servicekit.access.TokenIntrospector;
import dev.sallyport.servicekit.connector.ApiTokens;
import dev.sallyport.servicekit.outbox.InclusionSource;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.trust.SpiffeId;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What policy-service and attestation-service would answer, without them. */
@Configuration(proxyBeanMethods = false)
class TestAccess {
    static final String WORKSPACE = "01JD0000000000000000000000";
    static final String OTHER_WORKSPACE = "01JD0000000000000000000009";

    /** An owner, an administrator, an auditor, an agent, and the owner of another workspace. */
    static final String OWNER = token(ApiTokens.PERSON);

    static final String ADMIN = token(ApiTokens.PERSON);
    static final String AUDITOR = token(ApiTokens.PERSON);
    static final String AGENT = token(ApiTokens.AGENT);
    static final String STRANGER = token(ApiTokens.PERSON);

    private static final Map<String, Principal> PRINCIPALS = Map.of(
            OWNER, principal("person:owner", WORKSPACE, EnumSet.allOf(Permission.class)),
            ADMIN,
                    principal(
                            "person:admin",
                            WORKSPACE,
                            EnumSet.complementOf(EnumSet.of(Permission.WORKSPACE_MANAGE, Permission.TRUST_OPERATE))),
            AUDITOR, principal("person:auditor", WORKSPACE, Set.of(Permission.LEDGER_READ)),
            AGENT, principal("agent:demo", WORKSPACE, Set.of(Permission.PROPOSAL_SUBMIT, Permission.PROPOSAL_READ)),
            STRANGER, principal("person:stranger", OTHER_WORKSPACE, EnumSet.allOf(Permission.class)));

    private static String token(String kind) {
        return ApiTokens.mint(kind, new SecureRandom());
    }

    private static Principal principal(String name, String workspace, Set<Permission> permissions) {
        return new Principal(
                name.startsWith("agent:") ? Principal.Kind.AGENT : Principal.Kind.PERSON,
                name,
                workspace,
                Set.of(),
                permissions,
                List.of(),
                List.of("api"),
                null,
                null,
                null);
    }

    @Bean
    TokenIntrospector tokenIntrospector() {
        return new TokenIntrospector() {
            @Override
            public Optional<Principal> byToken(String token) {
                return Optional.ofNullable(PRINCIPALS.get(token));
            }

            @Override
            public Optional<Principal> byCertificate(SpiffeId id) {
                return Optional.empty();
            }

            @Override
            public Optional<Principal> byName(String principal, String workspaceId) {
                return Optional.empty();
            }
        };
    }

    @Bean
    SessionIntrospector sessionIntrospector() {
        return session -> Optional.empty();
    }

    @Bean
    InclusionSource inclusionSource() {
        return digests -> digests.stream()
                .map(digest -> new InclusionSource.Inclusion(digest, false, false))
                .toList();
    }

    /** A digest that means nothing. */
    static Digest some() {
        return Digest.of(new byte[] {1});
    }
}
