package dev.sallyport.attestation;

import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.access.TokenIntrospector;
import dev.sallyport.servicekit.connector.ApiTokens;
import dev.sallyport.statements.trust.SpiffeId;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Knows three callers, as policy-service would. */
public class TestCallers implements TokenIntrospector {
    static final String AUDITOR = ApiTokens.mint(ApiTokens.PERSON, new SecureRandom());
    static final String OPERATOR = ApiTokens.mint(ApiTokens.PERSON, new SecureRandom());
    static final String AGENT = ApiTokens.mint(ApiTokens.AGENT, new SecureRandom());
    static final String FOREIGNER = ApiTokens.mint(ApiTokens.PERSON, new SecureRandom());

    private static final Map<String, Principal> KNOWN = Map.of(
            AUDITOR, person("auditor", SampleCall.WORKSPACE, Permission.LEDGER_READ, Permission.LEDGER_EXPORT),
            OPERATOR, person("operator", SampleCall.WORKSPACE, Permission.LEDGER_READ),
            AGENT, person("agent", SampleCall.WORKSPACE, Permission.PROPOSAL_SUBMIT),
            FOREIGNER,
                    person("foreigner", SampleCall.OTHER_WORKSPACE, Permission.LEDGER_READ, Permission.LEDGER_EXPORT));

    private static Principal person(String name, String workspace, Permission... permissions) {
        return new Principal(
                Principal.Kind.PERSON,
                "person:" + name,
                workspace,
                Set.of(),
                Set.of(permissions),
                List.of(),
                List.of(),
                null,
                null,
                null);
    }

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
}
