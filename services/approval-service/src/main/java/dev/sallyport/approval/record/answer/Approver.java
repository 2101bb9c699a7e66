package dev.sallyport.approval.record.answer;

import java.util.List;

/**
 * Somebody who wants to answer, as established by sign-in, token or certificate; never as they say themselves.
 *
 * @param workspaceId the workspace they act in
 * @param principal for example {@code person:ada}
 * @param person whether this is a human; agents and services are not
 * @param roles their roles in that workspace, now
 * @param credential how they were established
 */
public record Approver(
        String workspaceId, String principal, boolean person, List<String> roles, Credential credential) {
    /** Copies the roles. */
    public Approver {
        roles = List.copyOf(roles);
    }
}
