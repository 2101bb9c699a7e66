package dev.sallyport.attestation;

import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.SessionIntrospector;
import dev.sallyport.servicekit.access.TokenIntrospector;
import dev.sallyport.servicekit.connector.ApiTokens;
import dev.sallyport.servicetest.KnownCallers;
import dev.sallyport.statements.sample.SampleCall;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Knows four callers, as policy-service would; three of them have signed in at the console. */
@Configuration(proxyBeanMethods = false)
class TestCallers {
    static final String OTHER_WORKSPACE = "01JD000000000000000000000Z";

    private static final KnownCallers CALLERS = new KnownCallers();
    private static final Set<Permission> ALL_OF_IT = Set.of(Permission.LEDGER_READ, Permission.LEDGER_EXPORT);

    static final String AUDITOR = CALLERS.token("person:auditor", SampleCall.WORKSPACE, ALL_OF_IT);
    static final String OPERATOR =
            CALLERS.token("person:operator", SampleCall.WORKSPACE, Set.of(Permission.LEDGER_READ));
    static final String AGENT = CALLERS.token("agent:agent", SampleCall.WORKSPACE, Set.of(Permission.PROPOSAL_SUBMIT));
    static final String FOREIGNER = CALLERS.token("person:foreigner", OTHER_WORKSPACE, ALL_OF_IT);

    static final String AUDITORS_SESSION = session();
    static final String OPERATORS_SESSION = session();
    static final String FOREIGNERS_SESSION = session();
    private static final Map<String, String> SIGNED_IN =
            Map.of(AUDITORS_SESSION, AUDITOR, OPERATORS_SESSION, OPERATOR, FOREIGNERS_SESSION, FOREIGNER);

    private static String session() {
        return ApiTokens.mint(ApiTokens.SESSION, new SecureRandom());
    }

    @Bean
    SessionIntrospector sessionIntrospector() {
        return session -> Optional.ofNullable(SIGNED_IN.get(session)).flatMap(CALLERS::byToken);
    }

    @Bean
    TokenIntrospector tokenIntrospector() {
        return CALLERS;
    }
}
