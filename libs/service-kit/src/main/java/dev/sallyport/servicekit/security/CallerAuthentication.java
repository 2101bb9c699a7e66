package dev.sallyport.servicekit.security;

import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import java.util.Collection;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.context.SecurityContextHolder;

/**
 * An authenticated {@link Caller} in Spring Security's words. Its principal is the {@link Principal} that introspection
 * found, else the SPIFFE id of the certificate; its authorities are that principal's {@link Permission}s. It keeps no
 * credential.
 */
final class CallerAuthentication extends AbstractAuthenticationToken {
    private static final long serialVersionUID = 1L;

    private final transient Caller caller;

    CallerAuthentication(Caller caller) {
        super(permissions(caller));
        this.caller = caller;
        setAuthenticated(true);
    }

    private static Collection<? extends GrantedAuthority> permissions(Caller caller) {
        Principal principal = caller.principal();
        return principal == null ? Set.of() : principal.permissions();
    }

    /** Who makes the request that this thread serves. */
    static Caller current() {
        return callerOf(SecurityContextHolder.getContext().getAuthentication());
    }

    /** Who was authenticated; {@link Caller.Nobody} when nobody was. */
    static Caller callerOf(@Nullable Authentication authentication) {
        return authentication instanceof CallerAuthentication known ? known.caller : new Caller.Nobody();
    }

    @Override
    public Object getPrincipal() {
        Principal principal = caller.principal();
        return principal == null ? Objects.requireNonNull(caller.certificate()) : principal;
    }

    @Override
    public Object getCredentials() {
        return "";
    }

    @Override
    public String getName() {
        return caller.actor();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CallerAuthentication that && caller.equals(that.caller);
    }

    @Override
    public int hashCode() {
        return caller.hashCode();
    }
}
