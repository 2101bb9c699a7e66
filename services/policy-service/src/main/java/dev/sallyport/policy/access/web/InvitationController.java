package dev.sallyport.policy.access.web;

import dev.sallyport.policy.access.Invitations;
import dev.sallyport.policy.access.Invitations.Given;
import dev.sallyport.policy.access.Invitations.Invitation;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Invitations: a person is let in by two people, without the owner's device. */
@RestController
class InvitationController {
    private final Invitations invitations;
    private final Grantors grantors;

    InvitationController(Invitations invitations, Grantors grantors) {
        this.invitations = invitations;
        this.grantors = grantors;
    }

    record NewInvitation(
            @NotNull @Size(max = 100) String principal,
            @Nullable @Size(max = 4) List<@NotNull @Size(max = 20) String> roles) {}

    record InvitationView(
            String invitationId,
            String state,
            String principal,
            List<String> roles,
            String proposedBy,
            Instant proposedAt,
            Instant expiresAt,
            @Nullable String decidedBy) {
        static InvitationView of(Invitation invitation) {
            return new InvitationView(
                    invitation.id(),
                    invitation.state().name().toLowerCase(Locale.ROOT),
                    invitation.principal(),
                    invitation.roles(),
                    invitation.proposers().getFirst(),
                    invitation.proposedAt(),
                    invitation.expiresAt(),
                    invitation.decidedBy());
        }
    }

    record Beginning(String beginning, InvitationView invitation) {}

    record End(String end, Instant expiresAt, InvitationView invitation) {}

    /**
     * Invites a person; this answer alone has the beginning of the link's token.
     *
     * <p>A second person who manages members confirms it within a day and gets its end. Both together, in this order,
     * sign the person in, once.
     */
    @PostMapping("/v1/invitations")
    @Requires(Permission.MEMBER_MANAGE)
    ResponseEntity<Beginning> propose(Caller caller, @Valid @RequestBody NewInvitation request) {
        Given given = invitations.propose(
                grantors.of(caller),
                caller.principalOrRefuse(),
                request.principal(),
                Objects.requireNonNullElse(request.roles(), List.of()));
        return ResponseEntity.status(HttpStatus.CREATED)
                .cacheControl(CacheControl.noStore())
                .body(new Beginning(given.half(), InvitationView.of(given.invitation())));
    }

    /** Lists invitations, the newest first, without any part of their links. */
    @GetMapping("/v1/invitations")
    @Requires(Permission.MEMBER_MANAGE)
    Page<InvitationView> list(Caller caller, PageRequest page) {
        return invitations.list(caller.principalOrRefuse().workspaceId(), page).map(InvitationView::of);
    }

    /**
     * Confirms an invitation, as a second person: the invited one is a member from then on.
     *
     * <p>This answer alone has the end of the link's token. It is good for a day.
     *
     * @param id the invitation's id
     */
    @PostMapping("/v1/invitations/{id}:confirm")
    @Requires(Permission.MEMBER_MANAGE)
    ResponseEntity<End> confirm(Caller caller, @PathVariable String id) {
        Given given = invitations.confirm(grantors.of(caller), caller.principalOrRefuse(), id);
        return ResponseEntity.ok()
                .cacheControl(CacheControl.noStore())
                .body(new End(given.half(), given.until(), InvitationView.of(given.invitation())));
    }

    /**
     * Withdraws an invitation that waits.
     *
     * @param id the invitation's id
     */
    @DeleteMapping("/v1/invitations/{id}")
    @Requires(Permission.MEMBER_MANAGE)
    InvitationView withdraw(Caller caller, @PathVariable String id) {
        return InvitationView.of(invitations.withdraw(grantors.of(caller), id));
    }
}
