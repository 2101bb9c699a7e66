package dev.sallyport.approval.grant;

import dev.sallyport.servicekit.access.IntrospectionUnavailableException;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.access.TokenIntrospector;
import dev.sallyport.statements.predicate.ApprovalRequested;
import dev.sallyport.statements.predicate.ApprovalResolved.ApproverAnswer;
import java.util.List;
import org.springframework.stereotype.Component;

/**
 * Whether the people who gave a grant could answer a question now, as members of the workspace as it is. policy-service
 * checks the same when the answer arrives there, and then denies the call; asked before, it costs a question instead.
 */
@Component
class Givers {
    private final TokenIntrospector people;

    Givers(TokenIntrospector people) {
        this.people = people;
    }

    /** Whether all of them may answer this question, and whoever asks is still there. Nobody may while that is unknown. */
    boolean mayAnswer(String workspaceId, ApprovalRequested question, List<ApproverAnswer> givers) {
        try {
            return stands(workspaceId, question.requester())
                    && givers.stream().allMatch(giver -> mayAnswer(workspaceId, question, giver.principal()));
        } catch (IntrospectionUnavailableException _) {
            return false;
        }
    }

    private boolean stands(String workspaceId, String principal) {
        return people.byName(principal, workspaceId)
                .filter(known -> !known.frozen())
                .isPresent();
    }

    private boolean mayAnswer(String workspaceId, ApprovalRequested question, String giver) {
        boolean excluded = giver.equals(question.requester())
                || (question.obligations().fourEyes() && question.accountable().contains(giver))
                || (question.group() != null && !question.group().members().contains(giver));
        return !excluded
                && people.byName(giver, workspaceId)
                        .filter(person -> person.kind() == Principal.Kind.PERSON
                                && !person.frozen()
                                && person.may(Permission.APPROVAL_RESOLVE)
                                && question.obligations().approverRole().isMetBy(List.copyOf(person.roles())))
                        .isPresent();
    }
}
