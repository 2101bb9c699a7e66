package dev.sallyport.policy.access;

import dev.sallyport.policy.access.token.ApiToken;
import dev.sallyport.policy.access.token.TokenTable;
import dev.sallyport.policy.access.token.TokenUses;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.access.TokenIntrospector;
import dev.sallyport.servicekit.access.TokenTerms;
import dev.sallyport.servicekit.connector.ApiTokens;
import dev.sallyport.servicekit.freeze.Freezes;
import dev.sallyport.statements.trust.SpiffeId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Turns tokens, devices and names into principals, from this service's own tables. The fleet asks it over mTLS. */
@Component
public class LocalIntrospector implements TokenIntrospector {
    private final DeviceBindings devices;
    private final TokenTable tokens;
    private final TokenUses uses;
    private final Members members;
    private final RolePermissions permissions;
    private final Freezes freezes;

    LocalIntrospector(
            DeviceBindings devices,
            TokenTable tokens,
            TokenUses uses,
            Members members,
            RolePermissions permissions,
            Freezes freezes) {
        this.devices = devices;
        this.tokens = tokens;
        this.uses = uses;
        this.members = members;
        this.permissions = permissions;
        this.freezes = freezes;
    }

    /** Who asks what a token is does not use it, where it takes a certificate to use it. */
    @Override
    public Optional<Principal> byToken(String token) {
        return byToken(token, null);
    }

    @Override
    public Optional<Principal> byToken(String token, @Nullable SpiffeId shown) {
        // Typing errors and scanners' noise end here, before any SQL.
        if (!ApiTokens.isWellFormed(token) || ApiTokens.isSession(token)) {
            return Optional.empty();
        }
        return tokens.live(ApiTokens.hash(token)).map(live -> {
            ApiToken known = live.token();
            if (known.terms().fit(shown)) {
                uses.note(known.tokenId());
            }
            SpiffeId certificate = known.terms().certificate();
            Member member = new Member(known.workspaceId(), known.principal(), live.roles());
            boolean frozen = frozen(member);
            return new Principal(
                    kind(member),
                    member.principal(),
                    member.workspaceId(),
                    Set.copyOf(member.roles()),
                    scoped(permissions(member, frozen), known.scopes()),
                    List.of(known.accountable()),
                    known.channels(),
                    known.tokenId(),
                    known.terms(),
                    certificate != null && certificate.kind() == SpiffeId.Kind.DEVICE ? certificate.name() : null,
                    known.expiresAt(),
                    frozen);
        });
    }

    @Override
    public Optional<Principal> byCertificate(SpiffeId id) {
        return switch (id.kind()) {
            case DEVICE -> devices.memberOf(id.name()).map(member -> principal(member, id.name()));
            case AGENT -> devices.agentOf(id.name()).map(this::agent);
            case SERVICE, EXECUTOR, INFRA -> Optional.empty();
        };
    }

    @Override
    public Optional<Principal> byName(String principal, String workspaceId) {
        return members.find(workspaceId, principal).map(member -> principal(member, null));
    }

    private Principal principal(Member member, @Nullable String device) {
        boolean frozen = frozen(member);
        return new Principal(
                kind(member),
                member.principal(),
                member.workspaceId(),
                Set.copyOf(member.roles()),
                permissions(member, frozen),
                List.of(member.principal()),
                List.of("api", "cli", "web"),
                null,
                TokenTerms.NONE,
                device,
                null,
                frozen);
    }

    /** An agent that acts by its certificate, on behalf of whoever bound it. */
    private Principal agent(DeviceBindings.Bound bound) {
        Member member = bound.member();
        boolean frozen = frozen(member);
        return new Principal(
                kind(member),
                member.principal(),
                member.workspaceId(),
                Set.copyOf(member.roles()),
                permissions(member, frozen),
                List.of(bound.accountable()),
                List.of("api"),
                null,
                TokenTerms.NONE,
                null,
                null,
                frozen);
    }

    /** A freeze of a person or service stops every act of theirs. One of an agent stops its calls, each with a record. */
    private boolean frozen(Member member) {
        return !member.kind().equals("agent") && freezes.coversPrincipal(member.workspaceId(), member.principal());
    }

    private Set<Permission> permissions(Member member, boolean frozen) {
        Set<Permission> all = permissions.of(member.workspaceId(), member.principal(), member.roles());
        return frozen
                ? all.stream().filter(Permission.reading()::contains).collect(Collectors.toUnmodifiableSet())
                : all;
    }

    private static Principal.Kind kind(Member member) {
        return Principal.Kind.valueOf(member.kind().toUpperCase(Locale.ROOT));
    }

    private static Set<Permission> scoped(Set<Permission> all, List<String> scopes) {
        return scopes.isEmpty()
                ? all
                : all.stream()
                        .filter(permission -> scopes.contains(permission.code()))
                        .collect(Collectors.toUnmodifiableSet());
    }
}
