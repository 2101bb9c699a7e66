package dev.sallyport.policy.proposal;

import dev.sallyport.policy.access.Member;
import dev.sallyport.policy.access.Members;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.predicate.ApprovalResolved.Answer;
import dev.sallyport.statements.predicate.ApprovalResolved.ApproverAnswer;
import dev.sallyport.statements.predicate.ApprovalScope;
import dev.sallyport.statements.predicate.ApproverRole;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.springframework.stereotype.Component;

/**
 * Holds a human answer against what was asked. The signature says that approval-service said it; whether those people
 * may say so is for this service to know.
 */
@Component
class ApprovalChecks {
    private static final Duration SKEW = Duration.ofSeconds(5);
    private static final Set<String> AUTHENTICATORS = Set.of("session", "token", "device-certificate", "key");

    private final Members members;

    ApprovalChecks(Members members) {
        this.members = members;
    }

    /** Why the approval does not count; empty when it does. */
    Optional<String> refusal(ToolProposal call, ApprovalResolved resolved) {
        Instant expires = Objects.requireNonNull(call.approvalExpiresAt());
        if (resolved.resolvedAt().isAfter(expires.plus(SKEW))) {
            return Optional.of("APPROVAL_EXPIRED");
        }
        List<ApproverAnswer> approvals = resolved.answers().stream()
                .filter(answer -> answer.answer() == Answer.APPROVED)
                .toList();
        if (approvals.size() != resolved.answers().size()) {
            return Optional.of("APPROVAL_CONTRADICTS_ITSELF");
        }
        if (resolved.scope() != ApprovalScope.ONCE) {
            return Optional.of("SCOPE_NOT_OFFERED");
        }
        Set<String> people = new HashSet<>();
        for (ApproverAnswer answer : approvals) {
            Optional<String> refusal = refusal(call, answer);
            if (refusal.isPresent()) {
                return refusal;
            }
            people.add(answer.principal());
        }
        return people.size() < call.quorum() ? Optional.of("QUORUM_NOT_REACHED") : Optional.empty();
    }

    private Optional<String> refusal(ToolProposal call, ApproverAnswer answer) {
        String person = answer.principal();
        if (!person.startsWith("person:")) {
            return Optional.of("APPROVER_NOT_A_PERSON");
        }
        if (person.equals(call.principal())) {
            return Optional.of("REQUESTER_MAY_NOT_ANSWER");
        }
        if (call.fourEyes() && call.accountable().contains(person)) {
            return Optional.of("ACCOUNTABLE_MAY_NOT_ANSWER");
        }
        if (!AUTHENTICATORS.contains(answer.authenticator())) {
            return Optional.of("ASSURANCE_TOO_LOW");
        }
        if (!answer.promptDigest().equals(call.promptDigest())) {
            return Optional.of("ANOTHER_PROMPT_WAS_SHOWN");
        }
        ApproverRole least = call.approverRole();
        // The roles as the approver held them then, and as this service knows them now.
        boolean then = least.isMetBy(answer.roles());
        boolean now = members.find(call.workspaceId(), person)
                .map(Member::roles)
                .filter(roles -> least.isMetBy(roles))
                .isPresent();
        return then && now ? Optional.empty() : Optional.of("ROLE_MISSING");
    }
}
