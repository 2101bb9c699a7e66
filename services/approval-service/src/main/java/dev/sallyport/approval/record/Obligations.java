package dev.sallyport.approval.record;

import java.util.List;

/**
 * What an answer must fulfil, as policy-service signed it in the request.
 *
 * @param quorum how many people must approve, at least 1
 * @param approverRole the least role an approver needs
 * @param assurance how the approver must be authenticated: {@code session} or {@code key}
 * @param fourEyes whether those accountable for the call may not answer
 */
public record Obligations(int quorum, String approverRole, String assurance, boolean fourEyes) {

    /** Roles that answer for people, rising. A role not among them is only met by itself. */
    private static final List<String> RISING = List.of("operator", "admin", "owner");

    /** Whether somebody with these roles may answer. */
    boolean metBy(List<String> roles) {
        int least = RISING.indexOf(approverRole);
        return roles.contains(approverRole)
                || (least >= 0 && RISING.subList(least, RISING.size()).stream().anyMatch(roles::contains));
    }
}
