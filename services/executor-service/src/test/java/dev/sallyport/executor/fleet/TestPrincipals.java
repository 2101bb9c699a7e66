package dev.sallyport.executor.fleet;

import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.TokenIntrospector;
import dev.sallyport.servicetest.KnownCallers;
import java.util.EnumSet;
import java.util.Set;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What policy-service would answer for two admins of different workspaces and for an owner. */
@Configuration(proxyBeanMethods = false)
public class TestPrincipals {
    public static final String OTHER_WORKSPACE = "01JF0REGN00000000000000000";

    private static final KnownCallers CALLERS = new KnownCallers();
    private static final Set<Permission> FREEZING =
            Set.of(Permission.FLEET_FREEZE, Permission.PROPOSAL_READ, Permission.PROPOSAL_READ_ALL);

    public static final String ADMIN = CALLERS.token("person:admin", ProposedCall.WORKSPACE, FREEZING);
    public static final String OTHER_ADMIN = CALLERS.token("person:admin", OTHER_WORKSPACE, FREEZING);
    public static final String OWNER =
            CALLERS.token("person:owner", ProposedCall.WORKSPACE, EnumSet.allOf(Permission.class));

    public static final String OTHER_OWNER =
            CALLERS.token("person:owner", OTHER_WORKSPACE, EnumSet.allOf(Permission.class));

    public static final String ROBOT =
            CALLERS.token("service:robot", ProposedCall.WORKSPACE, EnumSet.allOf(Permission.class));

    @Bean
    TokenIntrospector testIntrospector() {
        return CALLERS;
    }
}
