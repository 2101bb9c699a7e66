package dev.sallyport.statements.predicate;

import java.time.Instant;
import java.util.List;

/**
 * approval-requested/v1: what humans must answer, by policy-service. Links to tool-proposed/v1.
 *
 * @param approvalId ULID of the question
 * @param rules the rules that ask, which an approval lifts
 * @param requester the principal that asks; may never answer
 * @param accountable who answers for the requester; may not answer where {@code obligations.four_eyes}
 * @param prompt what a human is shown, a detail in canonical JSON
 * @param expiresAt when no answer becomes no, milliseconds
 * @param options the answers offered, for example {@code allow_once}, {@code deny}
 */
public record ApprovalRequested(
        Issuance issued,
        List<Link> links,
        String approvalId,
        List<RuleRef> rules,
        Obligations obligations,
        Risk risk,
        String requester,
        List<String> accountable,
        DetailRef prompt,
        Instant expiresAt,
        List<String> options)
        implements Predicate {
    /** Copies the lists. */
    public ApprovalRequested {
        links = List.copyOf(links);
        rules = List.copyOf(rules);
        accountable = List.copyOf(accountable);
        options = List.copyOf(options);
    }
}
