package dev.sallyport.approval.signin;

import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.access.SessionIntrospector;
import dev.sallyport.servicekit.access.TokenIntrospector;
import dev.sallyport.servicekit.access.TokenTerms;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Sessions as this service knows them, with the roles that policy-service gives the person now. */
@Component
class OwnSessions implements SessionIntrospector {
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
                person.permissions(),
                person.accountable(),
                person.channels(),
                session.id(),
                TokenTerms.NONE,
                null,
                session.expiresAt(),
                person.frozen());
    }
}
