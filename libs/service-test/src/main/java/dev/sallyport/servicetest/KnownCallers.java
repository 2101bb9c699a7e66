package dev.sallyport.servicetest;

import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.access.TokenIntrospector;
import dev.sallyport.servicekit.access.TokenTerms;
import dev.sallyport.servicekit.connector.ApiTokens;
import dev.sallyport.statements.trust.SpiffeId;
import java.security.SecureRandom;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Answers for tokens that a test has given out, as policy-service would; knows no certificate and no name. */
public final class KnownCallers implements TokenIntrospector {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Map<String, Principal> known = new ConcurrentHashMap<>();

    /** A token of {@code person:…}, {@code agent:…} or {@code service:…} with these permissions in a workspace. */
    public String token(String principal, String workspaceId, Set<Permission> permissions) {
        Principal.Kind kind = Principal.Kind.valueOf(
                principal.substring(0, principal.indexOf(':')).toUpperCase(Locale.ROOT));
        String token = ApiTokens.mint(
                switch (kind) {
                    case PERSON -> ApiTokens.PERSON;
                    case AGENT -> ApiTokens.AGENT;
                    case SERVICE -> ApiTokens.SERVICE;
                },
                RANDOM);
        known.put(
                token,
                new Principal(
                        kind,
                        principal,
                        workspaceId,
                        Set.of(),
                        permissions,
                        List.of(),
                        List.of("api"),
                        null,
                        TokenTerms.NONE,
                        null,
                        null,
                        false));
        return token;
    }

    @Override
    public Optional<Principal> byToken(String token) {
        return Optional.ofNullable(known.get(token));
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
