package dev.sallyport.attestation;

import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.TokenIntrospector;
import dev.sallyport.servicetest.KnownCallers;
import dev.sallyport.statements.sample.SampleCall;
import java.util.Set;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Knows four callers, as policy-service would. */
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

    @Bean
    TokenIntrospector tokenIntrospector() {
        return CALLERS;
    }
}
