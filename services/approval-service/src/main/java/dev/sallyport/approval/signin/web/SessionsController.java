package dev.sallyport.approval.signin.web;

import dev.sallyport.servicekit.access.FleetOnly;
import dev.sallyport.servicekit.access.Introspection;
import dev.sallyport.servicekit.access.SessionIntrospector;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Answers the other services, so that they accept the sessions begun here. */
@RestController
class SessionsController {
    private final SessionIntrospector sessions;

    SessionsController(SessionIntrospector sessions) {
        this.sessions = sessions;
    }

    record Question(@NotBlank @Size(max = 200) String token) {}

    /**
     * Says who is behind the session of a page.
     *
     * <p>An unknown or ended session is answered with {@code active} false alone.
     */
    @PostMapping("/internal/v1/sessions:introspect")
    @FleetOnly
    Introspection introspect(@Valid @RequestBody Question question) {
        return sessions.bySession(question.token()).map(Introspection::of).orElseGet(Introspection::inactive);
    }
}
