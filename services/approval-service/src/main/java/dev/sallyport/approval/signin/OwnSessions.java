package dev.sallyport.approval.signin;

import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.access.SessionIntrospector;
import dev.sallyport.servicekit.access.TokenIntrospector;
import dev.sallyport.servicekit.access.TokenTerms;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** Sessions as this service knows them, with the roles that policy-service gives the person now. */
@Component
class OwnSessions implements SessionIntrospector {
    /**
     * A provider signs in as everybody who has connected an account. It would else be both people where two are asked, and
     * let in a third one.
     */
    private static final Set<Permission> BY_PROVIDER = Stream.concat(
                    Permission.reading().stream(),
                    Stream.of(Permission.APPROVAL_RESOLVE, Permission.PROPOSAL_CANCEL, Permission.LEDGER_EXPORT))
            .collect(Collectors.toUnmodifiableSet());

    private final Sessions sessions;
    private final TokenIntrospector people;

    OwnSessions(Sessions sessions, TokenIntrospector people) {
        this.sessions = sessions;
        this.people = people;
    }

    @Override
    public Optional<Principal> bySession(String token) {
        return sessions.find(token)
                .flatMap(session -> people.byName(session.principal(), session.workspaceId())
                        .filter(person -> person.kind() == Principal.Kind.PERSON)
                        // The provider was asked about the roles that the person had then.
                        .filter(person -> session.admits(person.roles()))
                        .map(person -> signedIn(person, session)));
    }

    private static Principal signedIn(Principal person, Session session) {
        return new Principal(
                person.kind(),
                person.name(),
                person.workspaceId(),
                person.roles(),
                session.isByProvider() ? atMost(person.permissions()) : person.permissions(),
                person.accountable(),
                person.channels(),
                session.id(),
                TokenTerms.NONE,
                null,
                session.expiresAt(),
                person.frozen());
    }

    /** Of a person's permissions those that a session has which began at a provider. */
    private static Set<Permission> atMost(Set<Permission> permissions) {
        return permissions.stream().filter(BY_PROVIDER::contains).collect(Collectors.toUnmodifiableSet());
    }
}
