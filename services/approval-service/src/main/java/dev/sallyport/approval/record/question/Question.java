package dev.sallyport.approval.record.question;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.vocabulary.Severity;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import java.util.Objects;

/**
 * What policy-service asks, taken from a verified approval-requested statement and the proposal that it rests on.
 *
 * @param requestDigest identity of the statement
 * @param call what is to run
 * @param requester who wants it to run
 * @param grounds why a person is asked
 * @param terms under which an answer counts
 * @param summary the call in one line of plain words; text from outside
 * @param command the beginning of what runs, in one line, to tell calls apart; text from outside
 * @param promptDigest SHA-256 of the prompt's detail, random bytes included: what an answer must name
 */
@Embeddable
public record Question(
        Digest requestDigest,
        @Embedded RequestedCall call,
        @Embedded Requester requester,
        @Embedded Grounds grounds,
        @Embedded Terms terms,
        String summary,
        String command,
        Digest promptDigest) {
    /**
     * Whether the same people are asked under the same terms by the same principal, so that both can be answered together if
     * they show the same. Where much is at stake each question is read for itself.
     */
    public boolean isAskedLike(Question other) {
        return grounds.equals(other.grounds)
                && grounds.risk().level().compareTo(Severity.HIGH) < 0
                && call.tool().equals(other.call.tool())
                && call.subject().equals(other.call.subject())
                && call.capabilities().equals(other.call.capabilities())
                && requester.principal().equals(other.requester.principal())
                && Objects.equals(requester.device(), other.requester.device())
                && requester.channel().equals(other.requester.channel())
                && terms.areLike(other.terms);
    }
}
