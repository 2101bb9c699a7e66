package dev.sallyport.statements.verify;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.intoto.StatementRefusedException.Refusal;
import dev.sallyport.statements.predicate.ApprovalRequested;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.predicate.Link;
import dev.sallyport.statements.predicate.Predicate;
import dev.sallyport.statements.predicate.Proposal;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.predicate.ToolProposed;
import dev.sallyport.statements.vocabulary.ApprovalScope;
import java.time.Duration;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An answer that a grant gave, with what it answers and the answer of the people who gave the grant. Whether the arguments
 * match is the one thing that these statements cannot show: they hold no arguments. Everything else is compared here, by
 * whoever verifies a record and by whoever verifies a case offline.
 *
 * @param answer what the grant answered
 * @param question what was asked
 * @param call the call that it was asked about
 * @param given the people's answer
 * @param givenFor what they were asked
 * @param shown the call that they were shown
 */
public record AnswerByGrant(
        ApprovalResolved answer,
        ApprovalRequested question,
        ToolProposed call,
        ApprovalResolved given,
        ApprovalRequested givenFor,
        ToolProposed shown) {
    /** What two clocks of the fleet may differ by. */
    private static final Duration SKEW = Duration.ofSeconds(5);

    /**
     * Finds what an answer by a grant rests on.
     *
     * @param answer an answer that names the grant that it uses
     * @param statements statements whose signatures and signers were verified, by their digests
     * @throws StatementRefusedException {@code BROKEN_LINK} when one of them is missing
     */
    public static AnswerByGrant of(ApprovalResolved answer, Function<Digest, Optional<Statement>> statements)
            throws StatementRefusedException {
        ApprovalRequested question = linked(answer, 0, ApprovalRequested.class, statements);
        ApprovalResolved given = linked(answer, 1, ApprovalResolved.class, statements);
        ApprovalRequested givenFor = linked(given, 0, ApprovalRequested.class, statements);
        return new AnswerByGrant(
                answer,
                question,
                linked(question, 0, ToolProposed.class, statements),
                given,
                givenFor,
                linked(givenFor, 0, ToolProposed.class, statements));
    }

    private static <P extends Predicate> P linked(
            Predicate from, int at, Class<P> type, Function<Digest, Optional<Statement>> statements)
            throws StatementRefusedException {
        if (from.links().size() <= at) {
            throw missing();
        }
        Link link = from.links().get(at);
        Predicate found =
                statements.apply(link.digest()).map(Statement::predicate).orElseThrow(AnswerByGrant::missing);
        if (!type.isInstance(found)) {
            throw missing();
        }
        return type.cast(found);
    }

    private static StatementRefusedException missing() {
        return new StatementRefusedException(
                Refusal.BROKEN_LINK, "a statement that an answer by a grant rests on is missing");
    }

    /** Whether this link leads from an answer by a grant to the people's answer, which was about another call. */
    public static boolean isToGiver(Predicate from, Link link) {
        return from instanceof ApprovalResolved answer
                && answer.reuse() != null
                && link.isTo(StatementType.APPROVAL_RESOLVED);
    }

    /** In which point the grant does not reach this call; empty when it does. */
    public Optional<String> contradiction() {
        return Optional.ofNullable(contradictionOfGrant())
                .or(() -> Optional.ofNullable(contradictionOfCalls()))
                .or(() -> Optional.ofNullable(contradictionOfQuestions()));
    }

    private @Nullable String contradictionOfGrant() {
        ApprovalResolved.Reuse reuse = answer.reuse();
        ApprovalResolved.Grant grant = given.grant();
        if (reuse == null || grant == null) {
            return "the answer that it rests on gave no grant";
        }
        if (!reuse.grantId().equals(grant.id())) {
            return "the answer that it rests on gave another grant";
        }
        if (answer.answer() != given.answer() || answer.scope() != given.scope()) {
            return "it says something else than the people who gave the grant";
        }
        // Nobody has to see all of what they refuse.
        if (answer.answer() == ApprovalResolved.Answer.APPROVED
                && given.answers().stream().anyMatch(each -> Boolean.TRUE.equals(each.partlySeen()))) {
            return "whoever gave the grant had not seen all of the call";
        }
        // policy-service says until when people could answer: approval-service cannot date their answer later alone,
        // which
        // would make the grant last longer than they have signed.
        if (given.resolvedAt().isAfter(givenFor.expiresAt().plus(SKEW))) {
            return "the grant was given after the time to answer";
        }
        if (reuse.use() > grant.uses()) {
            return "the grant was used up";
        }
        if (!answer.resolvedAt().isBefore(grant.until())) {
            return "the grant had ended";
        }
        // policy-service says when it asked: approval-service cannot date the answer back alone.
        if (!question.issued().at().isBefore(grant.until())) {
            return "it was asked about after the end of the grant";
        }
        return answer.resolvedAt().isBefore(given.resolvedAt()) ? "it is older than the grant" : null;
    }

    private @Nullable String contradictionOfCalls() {
        Proposal now = call.proposal();
        Proposal then = shown.proposal();
        if (!now.workspaceId().equals(then.workspaceId())) {
            return "the grant is of another workspace";
        }
        if (!now.principal().equals(then.principal())
                || !Objects.equals(now.device(), then.device())
                || !now.channel().equals(then.channel())) {
            return "another principal, device or channel asks";
        }
        if (answer.scope() == ApprovalScope.SESSION && !now.session().equals(then.session())) {
            return "it was given for another session";
        }
        if (!now.tool().equals(then.tool())
                || !Objects.equals(now.toolVersion(), then.toolVersion())
                || !Objects.equals(now.toolDigest(), then.toolDigest())
                || !Objects.equals(now.skill(), then.skill())) {
            return "it was given for another tool, or another version of it";
        }
        if (!new HashSet<>(now.secrets()).equals(new HashSet<>(then.secrets()))
                || !new HashSet<>(now.egressHosts()).equals(new HashSet<>(then.egressHosts()))) {
            return "it was given for other secrets or hosts";
        }
        return new HashSet<>(call.capabilities()).equals(new HashSet<>(shown.capabilities()))
                ? null
                : "the call can do something else";
    }

    private @Nullable String contradictionOfQuestions() {
        if (!new HashSet<>(question.rules()).equals(new HashSet<>(givenFor.rules()))) {
            return "other rules ask";
        }
        if (answer.answer() == ApprovalResolved.Answer.DENIED) {
            return null;
        }
        if (!question.offers(answer.answer(), answer.scope()) || !givenFor.offers(answer.answer(), answer.scope())) {
            return "an answer for more than one call was not offered";
        }
        if (question.risk().level().compareTo(givenFor.risk().level()) > 0
                || question.obligations()
                                .assurance()
                                .compareTo(givenFor.obligations().assurance())
                        > 0
                || question.obligations().approverRole()
                        != givenFor.obligations().approverRole()
                || question.obligations().quorum() > givenFor.obligations().quorum()) {
            return "more is demanded of an answer now";
        }
        return null;
    }
}
