package dev.sallyport.executor.fleet;

import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.access.TokenIntrospector;
import dev.sallyport.servicekit.connector.ApiTokens;
import dev.sallyport.statements.trust.SpiffeId;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What policy-service would answer for two admins of different workspaces and for an owner. */
@Configuration(proxyBeanMethods = false)
public class TestPrincipals {
    public static final String ADMIN = ApiTokens.mint(ApiTokens.PERSON, new SecureRandom());
    public static final String OTHER_ADMIN = ApiTokens.mint(ApiTokens.PERSON, new SecureRandom());
    public static final String OWNER = ApiTokens.mint(ApiTokens.PERSON, new SecureRandom());
    public static final String OTHER_WORKSPACE = "01JF0REGN00000000000000000";

    private static final Map<String, Principal> KNOWN = Map.of(
            ADMIN,
            person("admin", ProposedCall.WORKSPACE, EnumSet.of(Permission.FLEET_FREEZE, Permission.PROPOSAL_READ)),
            OTHER_ADMIN,
            person("admin", OTHER_WORKSPACE, EnumSet.of(Permission.FLEET_FREEZE, Permission.PROPOSAL_READ)),
            OWNER,
            person("owner", ProposedCall.WORKSPACE, EnumSet.allOf(Permission.class)));

    private static Principal person(String role, String workspace, Set<Permission> permissions) {
        return new Principal(
                Principal.Kind.PERSON,
                "person:" + role,
                workspace,
                Set.of(role),
                permissions,
                List.of(),
                List.of(),
                null,
                null,
                null);
    }

    @Bean
    TokenIntrospector testIntrospector() {
        return new TokenIntrospector() {
            @Override
            public Optional<Principal> byToken(String token) {
                return Optional.ofNullable(KNOWN.get(token));
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
}
