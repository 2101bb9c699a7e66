package dev.sallyport.approval.grant;

import dev.sallyport.approval.key.PersonKey;
import dev.sallyport.approval.key.PersonKeys;
import dev.sallyport.servicekit.access.IntrospectionUnavailableException;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.access.TokenIntrospector;
import dev.sallyport.statements.approver.AnswerSignature;
import dev.sallyport.statements.predicate.ApprovalRequested;
import dev.sallyport.statements.predicate.ApprovalResolved.ApproverAnswer;
import dev.sallyport.statements.vocabulary.Assurance;
import java.time.Instant;
import java.util.List;
import org.springframework.stereotype.Component;

/**
 * Whether the people who gave a grant could answer a question now, as members of the workspace as it is. policy-service
 * checks the same when the answer arrives there, and then denies the call; asked before, it costs a question instead.
 */
@Component
class Givers {
    private final TokenIntrospector people;
    private final PersonKeys keys;

    Givers(TokenIntrospector people, PersonKeys keys) {
        this.people = people;
        this.keys = keys;
    }

    /**
     * Whether all of them may answer this question, and whoever asks is still there. Nobody may while that is unknown.
     *
     * @param shownAt when the question was asked that they gave the grant with: whose turn it was counts from there
     */
    boolean mayAnswer(String workspaceId, ApprovalRequested question, Instant shownAt, List<ApproverAnswer> givers) {
        try {
            return stands(workspaceId, question.requester())
                    && givers.stream()
                            .allMatch(giver -> isProven(workspaceId, question, giver)
                                    && mayAnswer(workspaceId, question, shownAt, giver));
        } catch (IntrospectionUnavailableException _) {
            return false;
        }
    }

    /** Whether what they proved then would do now: the passkey still signs, and nobody without one has got one since. */
    private boolean isProven(String workspaceId, ApprovalRequested question, ApproverAnswer giver) {
        AnswerSignature signature = giver.signature();
        if (signature == null) {
            return question.obligations().assurance() != Assurance.KEY || !keys.everHad(workspaceId, giver.principal());
        }
        return !signature.isByPasskey()
                || keys.find(workspaceId, signature.key())
                        .filter(key -> key.state() == PersonKey.State.LIVE)
                        .isPresent();
    }

    private boolean stands(String workspaceId, String principal) {
        return people.byName(principal, workspaceId)
                .filter(known -> !known.frozen())
                .isPresent();
    }

    private boolean mayAnswer(String workspaceId, ApprovalRequested question, Instant shownAt, ApproverAnswer answer) {
        String giver = answer.principal();
        boolean excluded = giver.equals(question.requester())
                || (question.obligations().fourEyes() && question.accountable().contains(giver))
                || (question.group() != null && !question.group().admits(giver, shownAt, answer.at()));
        return !excluded
                && people.byName(giver, workspaceId)
                        .filter(person -> person.kind() == Principal.Kind.PERSON
                                && !person.frozen()
                                && person.may(Permission.APPROVAL_RESOLVE)
                                && question.obligations().approverRole().isMetBy(List.copyOf(person.roles())))
                        .isPresent();
    }
}
