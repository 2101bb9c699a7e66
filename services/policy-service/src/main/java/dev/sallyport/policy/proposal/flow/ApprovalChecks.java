package dev.sallyport.policy.proposal.flow;

import dev.sallyport.policy.access.Groups;
import dev.sallyport.policy.access.LocalIntrospector;
import dev.sallyport.policy.access.Member;
import dev.sallyport.policy.access.Members;
import dev.sallyport.policy.access.key.ApproverKeyTable;
import dev.sallyport.policy.proposal.ApprovalQuestion;
import dev.sallyport.policy.proposal.Call;
import dev.sallyport.servicekit.freeze.Freezes;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.approver.AnswerSignature;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.predicate.ApprovalRequested;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.predicate.ApprovalResolved.Answer;
import dev.sallyport.statements.predicate.ApprovalResolved.ApproverAnswer;
import dev.sallyport.statements.verify.AnswerByGrant;
import dev.sallyport.statements.verify.StatementVerifier;
import dev.sallyport.statements.verify.VerifiedRecord;
import dev.sallyport.statements.verify.VerifiedStatement;
import dev.sallyport.statements.vocabulary.Assurance;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Holds a human answer against what was asked. The signature says that approval-service said it; whether those people
 * may say so is for this service to know.
 */
@Component
class ApprovalChecks {
    private static final Duration SKEW = Duration.ofSeconds(5);
    private static final Set<String> AUTHENTICATORS =
            Set.of("session", "oidc", "fresh-link", "token", "device-certificate", "key");

    private final Members members;
    private final Groups groups;
    private final Freezes freezes;
    private final ApproverKeyTable keys;
    private final LocalIntrospector devices;
    private final AcceptedGrants grants;
    private final Clock clock;

    ApprovalChecks(
            Members members,
            Groups groups,
            Freezes freezes,
            ApproverKeyTable keys,
            LocalIntrospector devices,
            AcceptedGrants grants,
            Clock clock) {
        this.members = members;
        this.groups = groups;
        this.freezes = freezes;
        this.keys = keys;
        this.devices = devices;
        this.grants = grants;
        this.clock = clock;
    }

    /**
     * Why the approval does not count; null when it does. An answer by a grant counts when the people who gave the grant
     * could answer this question too, now, and when nobody else has taken this use of it; it is taken with this.
     */
    @Nullable
    ApprovalRefusal refusal(Call call, ApprovalResolved resolved, VerifiedRecord record) {
        ApprovalQuestion question = call.progress().asked();
        if (resolved.resolvedAt().isAfter(question.expiresAt().plus(SKEW))) {
            return ApprovalRefusal.APPROVAL_EXPIRED;
        }
        Optional<ApprovalRequested> asked = record.linked(ApprovalRequested.class);
        if (!asked.map(each -> each.offers(resolved.answer(), resolved.scope())).orElse(false)) {
            return ApprovalRefusal.SCOPE_NOT_OFFERED;
        }
        ApprovalRequested asks = asked.orElseThrow();
        Assurance assurance = asks.obligations().assurance();
        ApprovalRequested.Escalation next =
                asks.group() == null ? null : asks.group().escalation();
        if (resolved.reuse() == null) {
            return refusal(
                    call,
                    question,
                    new Shown(question.promptDigest(), asks.issued().at(), assurance, next),
                    resolved);
        }
        // That the grant reaches this call at all was verified with the record.
        AnswerByGrant reused = reused(resolved, record);
        // Whoever was removed has given nothing any more, also when they are let in anew.
        boolean stayed = reused.given().answers().stream()
                .allMatch(giver -> members.isSince(call.proposal().workspaceId(), giver.principal(), giver.at()));
        if (!stayed) {
            return ApprovalRefusal.ROLE_MISSING;
        }
        Shown shown = new Shown(
                reused.givenFor().prompt().digest(), reused.givenFor().issued().at(), assurance, next);
        ApprovalRefusal refusal = refusal(call, question, shown, reused.given());
        return refusal != null
                ? refusal
                : grants.take(
                        call.proposal().workspaceId(),
                        call.id(),
                        reused,
                        resolved.links().get(1).digest());
    }

    /**
     * What people had before them, and how they had to show who they are.
     *
     * @param since when they were asked
     * @param next whose turn comes a while after that
     */
    private record Shown(
            Digest prompt, Instant since, Assurance assurance, ApprovalRequested.@Nullable Escalation next) {}

    private static AnswerByGrant reused(ApprovalResolved resolved, VerifiedRecord record) {
        try {
            return AnswerByGrant.of(
                    resolved,
                    digest -> Optional.ofNullable(record.evidence().get(digest)).map(VerifiedStatement::statement));
        } catch (StatementRefusedException e) {
            throw new IllegalStateException("the record was verified with all that it rests on", e);
        }
    }

    private @Nullable ApprovalRefusal refusal(
            Call call, ApprovalQuestion question, Shown shown, ApprovalResolved resolved) {
        List<ApproverAnswer> approvals = resolved.answers().stream()
                .filter(answer -> answer.answer() == Answer.APPROVED)
                .toList();
        if (approvals.size() != resolved.answers().size()) {
            return ApprovalRefusal.APPROVAL_CONTRADICTS_ITSELF;
        }
        Set<String> people = new HashSet<>();
        for (ApproverAnswer answer : approvals) {
            ApprovalRefusal refusal = refusal(call, question, shown, answer);
            if (refusal != null) {
                return refusal;
            }
            people.add(answer.principal());
        }
        return people.size() < question.quorum() ? ApprovalRefusal.QUORUM_NOT_REACHED : null;
    }

    private @Nullable ApprovalRefusal refusal(
            Call call, ApprovalQuestion question, Shown shown, ApproverAnswer answer) {
        String person = answer.principal();
        if (!person.startsWith("person:")) {
            return ApprovalRefusal.APPROVER_NOT_A_PERSON;
        }
        if (person.equals(call.proposal().principal())) {
            return ApprovalRefusal.REQUESTER_MAY_NOT_ANSWER;
        }
        if (question.fourEyes() && call.proposal().accountable().contains(person)) {
            return ApprovalRefusal.ACCOUNTABLE_MAY_NOT_ANSWER;
        }
        if (!AUTHENTICATORS.contains(answer.authenticator())) {
            return ApprovalRefusal.ASSURANCE_TOO_LOW;
        }
        if (!answer.promptDigest().equals(shown.prompt())) {
            return ApprovalRefusal.ANOTHER_PROMPT_WAS_SHOWN;
        }
        ApprovalRefusal unsigned = signature(call.proposal().workspaceId(), answer, shown.assurance());
        if (unsigned != null) {
            return unsigned;
        }
        // The roles as the approver held them then, and as this service knows them now.
        boolean then = question.approverRole().isMetBy(answer.roles());
        boolean now = members.find(call.proposal().workspaceId(), person)
                .map(Member::roles)
                .filter(roles -> question.approverRole().isMetBy(roles))
                .isPresent();
        if (!then || !now) {
            return ApprovalRefusal.ROLE_MISSING;
        }
        // A freeze of a person stops what they have said and what has not taken effect yet.
        if (freezes.coversPrincipal(call.proposal().workspaceId(), person)) {
            return ApprovalRefusal.APPROVER_FROZEN;
        }
        // approval-service asked those who were in the group then; whoever has left it since does not count.
        boolean inGroups = groups.inAll(call.proposal().workspaceId(), question.approverGroups())
                .contains(person);
        return question.approverGroups().isEmpty()
                        || inGroups
                        || isTheirTurn(call.proposal().workspaceId(), shown, answer)
                ? null
                : ApprovalRefusal.GROUP_MISSING;
    }

    /** Whether the person is of the next groups, and it was their turn. No answer is dated to a turn that has not come. */
    private boolean isTheirTurn(String workspaceId, Shown shown, ApproverAnswer answer) {
        if (shown.next() == null) {
            return false;
        }
        Instant turn = shown.next().beginsAt(shown.since());
        return !answer.at().isBefore(turn)
                && !clock.instant().plus(SKEW).isBefore(turn)
                && groups.inAll(workspaceId, shown.next().names()).contains(answer.principal());
    }

    /** That the signature verifies was found out with the record; whose the key is now, only this service knows. */
    private @Nullable ApprovalRefusal signature(String workspaceId, ApproverAnswer answer, Assurance assurance) {
        AnswerSignature signature = answer.signature();
        if (signature != null) {
            boolean theirs = signature.isByPasskey()
                    ? keys.counts(workspaceId, signature.key(), answer.principal())
                    : isDeviceOf(workspaceId, answer.principal(), signature);
            return theirs ? null : ApprovalRefusal.KEY_NOT_BOUND;
        }
        if (assurance != Assurance.KEY) {
            return null;
        }
        if (keys.everHad(workspaceId, answer.principal())) {
            return ApprovalRefusal.SIGNATURE_MISSING;
        }
        return answer.authenticator().equals("fresh-link") ? null : ApprovalRefusal.ASSURANCE_TOO_LOW;
    }

    private boolean isDeviceOf(String workspaceId, String person, AnswerSignature signature) {
        return StatementVerifier.deviceOf(signature)
                .flatMap(devices::byCertificate)
                .filter(bound ->
                        bound.name().equals(person) && bound.workspaceId().equals(workspaceId))
                .isPresent();
    }
}
