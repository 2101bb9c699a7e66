package dev.sallyport.vault;

import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.access.SessionIntrospector;
import dev.sallyport.servicekit.access.TokenIntrospector;
import dev.sallyport.servicekit.connector.ApiTokens;
import dev.sallyport.servicekit.outbox.InclusionSource;
import dev.sallyport.servicetest.KnownCallers;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.trust.SpiffeId;
import java.security.SecureRandom;
import java.util.EnumSet;
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

    private static final KnownCallers CALLERS = new KnownCallers();
    private static final Set<Permission> EVERYTHING = EnumSet.allOf(Permission.class);
    private static final Set<Permission> ADMINISTRATION = EnumSet.complementOf(
            EnumSet.of(Permission.WORKSPACE_MANAGE, Permission.TRUST_OPERATE, Permission.DEVICE_MANAGE));
    private static final Set<Permission> PROPOSING = Set.of(Permission.PROPOSAL_SUBMIT, Permission.PROPOSAL_READ);

    /** An owner, an administrator, an auditor, an agent, and the owner of another workspace. */
    static final String OWNER = CALLERS.token("person:owner", WORKSPACE, EVERYTHING);

    static final String ADMIN = CALLERS.token("person:admin", WORKSPACE, ADMINISTRATION);
    static final String AUDITOR = CALLERS.token("person:auditor", WORKSPACE, Set.of(Permission.LEDGER_READ));
    static final String AGENT = CALLERS.token("agent:demo", WORKSPACE, PROPOSING);
    static final String STRANGER = CALLERS.token("person:stranger", OTHER_WORKSPACE, EVERYTHING);

    /** Sessions of the pages. */
    static final String OWNERS_SESSION = newSession();

    static final String ADMINS_SESSION = newSession();
    static final String AUDITORS_SESSION = newSession();

    private static final Map<String, String> SESSIONS =
            Map.of(OWNERS_SESSION, OWNER, ADMINS_SESSION, ADMIN, AUDITORS_SESSION, AUDITOR);

    /** The device that policy-service has bound to the owner, though it has no certificate. */
    static final String BOUND_DEVICE = "bound";

    @Bean
    TokenIntrospector tokenIntrospector() {
        return new TokenIntrospector() {
            @Override
            public Optional<Principal> byToken(String token) {
                return CALLERS.byToken(token);
            }

            @Override
            public Optional<Principal> byCertificate(SpiffeId id) {
                return id.name().equals(BOUND_DEVICE) ? CALLERS.byToken(OWNER) : Optional.empty();
            }

            @Override
            public Optional<Principal> byName(String principal, String workspaceId) {
                return CALLERS.byName(principal, workspaceId);
            }
        };
    }

    @Bean
    SessionIntrospector sessionIntrospector() {
        return session -> Optional.ofNullable(SESSIONS.get(session)).flatMap(CALLERS::byToken);
    }

    @Bean
    InclusionSource inclusionSource() {
        return digests -> digests.stream()
                .map(digest -> new InclusionSource.Inclusion(digest, false, false))
                .toList();
    }

    private static String newSession() {
        return ApiTokens.mint(ApiTokens.SESSION, new SecureRandom());
    }

    /** A digest that means nothing. */
    static Digest some() {
        return Digest.of(new byte[] {1});
    }
}
