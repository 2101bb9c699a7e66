package dev.sallyport.vault;

import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.SessionIntrospector;
import dev.sallyport.servicekit.access.TokenIntrospector;
import dev.sallyport.servicekit.outbox.InclusionSource;
import dev.sallyport.servicetest.KnownCallers;
import dev.sallyport.statements.Digest;
import java.util.EnumSet;
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

    @Bean
    TokenIntrospector tokenIntrospector() {
        return CALLERS;
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
